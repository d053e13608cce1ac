--[[
Appends a batch to a stream, once for each number of its writer; one that was read outside, if it begins where the log ends and
none of its records has come before.

KEYS[1] log of the stream
KEYS[2] meta of the stream
KEYS[3] up to where its source outside was read
KEYS[4] ids of records that have come of late, KEYS[5] of those that came before them
ARGV[1] payload
ARGV[2] records in it
ARGV[3] its length, in UTF-16 units, as the reader will count it
ARGV[4] writer
ARGV[5] the batch's number among the writer's
ARGV[6] how much length may wait in the stream before it takes no more
ARGV[7] stamp, of digits
ARGV[8] '1' if the writer's batch before this one was accepted a moment ago
and, with KEYS[3] to KEYS[5], of what was read:
ARGV[9] how many ids are remembered, at least; twice as many, and those of one batch, at most
ARGV[10] '1' if it was read by positions
ARGV[11] from where; '' for the very beginning
ARGV[12] up to where
ARGV[13…] ids of its records

Returns {'appended', sequence}
        {'repeated', sequence}  it was there; for a number long past, the stream's head stands for its own
        {'gap', last}           the writer's batch before this one is missing
        {'elsewhere', position} the log is not where it was read from, but there; without a position, at the very beginning
        {'known', place…}       ids of those places, from 0, have come before
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

local positioned = ARGV[10] == '1'
if positioned then
  local position = redis.call('GET', KEYS[3])
  if (position or '') ~= ARGV[11] then return { 'elsewhere', position or nil } end
end

-- Many ids to a command, as many as Lua unpacks: it is the calls that cost.
local function portions(each)
  for from = 13, #ARGV, 4000 do each(from, math.min(from + 3999, #ARGV)) end
end

local known = { 'known' }
portions(function(from, to)
  local late = redis.call('SMISMEMBER', KEYS[4], unpack(ARGV, from, to))
  local before = redis.call('SMISMEMBER', KEYS[5], unpack(ARGV, from, to))
  for i = 1, #late do
    if late[i] + before[i] > 0 then known[#known + 1] = from + i - 14 end
  end
end)
if #known > 1 then return known end

if tonumber(redis.call('HGET', KEYS[2], 'length') or '0') >= tonumber(ARGV[6]) then return { 'full' } end

local sequence = enter(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[7])
-- By one clock for all writers, so that a machine whose own is wrong neither is forgotten nor makes others so.
local now = redis.call('TIME')[1]
redis.call('HSET', KEYS[2], field, string.format('%d %d %d', number, sequence, now))
if positioned then redis.call('SET', KEYS[3], ARGV[12]) end
-- Two generations instead of an order: to add to a set, and to let go of a whole one, costs a third of keeping the last
-- ones in a sorted set.
portions(function(from, to) redis.call('SADD', KEYS[4], unpack(ARGV, from, to)) end)
if #ARGV >= 13 and redis.call('SCARD', KEYS[4]) >= tonumber(ARGV[9]) then
  redis.call('UNLINK', KEYS[5])
  redis.call('RENAME', KEYS[4], KEYS[5])
end
return { 'appended', sequence }
