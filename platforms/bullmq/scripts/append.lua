--[[
Appends a batch to a stream, once for each number of its writer.

KEYS[1] log of the stream
KEYS[2] meta of the stream
ARGV[1] payload
ARGV[2] records in it
ARGV[3] its length, in UTF-16 units, as the reader will count it
ARGV[4] writer
ARGV[5] the batch's number among the writer's
ARGV[6] how much length may wait in the stream before it takes no more
ARGV[7] stamp, of digits
ARGV[8] '1' if the writer's batch before this one was accepted a moment ago

Returns {'appended', sequence}
        {'repeated', sequence}  it was there; for a number long past, the stream's head stands for its own
        {'gap', last}           the writer's batch before this one is missing
        {'full'}                nothing was changed
]]
-- @include enter

local field = 'writer:' .. ARGV[4]
local number = tonumber(ARGV[5])
local before = redis.call('HGET', KEYS[2], field)
if before then
  local last, sequence = string.match(before, '^(%d+) (%d+)')
  last = tonumber(last)
  if number == last then return { 'repeated', tonumber(sequence) } end
  if number < last then return { 'repeated', tonumber(redis.call('HGET', KEYS[2], 'head')) } end
  if number > last + 1 then return { 'gap', last } end
end

if not before and ARGV[8] == '1' then return { 'gap', 0 } end

if tonumber(redis.call('HGET', KEYS[2], 'length') or '0') >= tonumber(ARGV[6]) then return { 'full' } end

local sequence = enter(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[7])
-- By one clock for all writers, so that a machine whose own is wrong neither is forgotten nor makes others so.
local now = redis.call('TIME')[1]
redis.call('HSET', KEYS[2], field, string.format('%d %d %d', number, sequence, now))
return { 'appended', sequence }
