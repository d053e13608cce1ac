--[[
Commits a drain step of one partition: writes the merged values, takes the merged entries out of the inbox, passes on
what changed. Only if nobody has moved the position since it was read.

KEYS[1] values of the partition
KEYS[2] position of the partition
KEYS[3] dead letters
KEYS[4] the inbox of a plain store; for an ordered one, for each stream that feeds it, from here: inbox, meta of the stream
then, if something reads the store's changes: log, meta of its output
ARGV[1]  the position the inbox was read at
ARGV[2]  entries merged
ARGV[3]  their length, in UTF-16 units
ARGV[4]  'plain' or 'ordered'
ARGV[5]  how many inboxes
ARGV[6]  name of the store, ARGV[7] partition
ARGV[8]  now, in milliseconds
ARGV[9]  how many values, ARGV[10] dead letters
ARGV[11] payload of the changes ('' if nothing reads them), ARGV[12] records in it, ARGV[13] its length
ARGV[14] how much length may wait in the output
ARGV[15] how many keys to remove
then, for each inbox of an ordered store: the highest sequence merged ('' for none)
then, for each value: key, value
then, each key to remove
then, for each dead letter: node, index, record, error

Returns {'committed', position, left, sequence}
          left      1 if entries remain that may be merged now, else 0
          sequence  of the output's batch, 0 if none was written
        {'stale'}   another drain has been here; nothing was changed
        {'full'}    the output holds too much; nothing was changed
]]
-- @include enter
-- @include bury
-- @include mergeable

local position = tonumber(redis.call('HGET', KEYS[2], 'position') or '0')
if position ~= tonumber(ARGV[1]) then return { 'stale' } end

local ordered = ARGV[4] == 'ordered'
local inboxes = tonumber(ARGV[5])
local output = 4 + inboxes * (ordered and 2 or 1)
local payload = ARGV[11]
if payload ~= '' and tonumber(redis.call('HGET', KEYS[output + 1], 'length') or '0') >= tonumber(ARGV[14]) then return { 'full' } end

local at = 16 + (ordered and inboxes or 0)
-- Lua unpacks only so many values at a time.
local removes = at + 2 * tonumber(ARGV[9])
for from = at, removes - 1, 4000 do
  redis.call('HSET', KEYS[1], unpack(ARGV, from, math.min(from + 3999, removes - 1)))
end
at = removes + tonumber(ARGV[15])
for from = removes, at - 1, 4000 do
  redis.call('HDEL', KEYS[1], unpack(ARGV, from, math.min(from + 3999, at - 1)))
end

local left = 0
if ordered then
  for i = 1, inboxes do
    local inbox, meta = KEYS[2 + 2 * i], KEYS[3 + 2 * i]
    if ARGV[15 + i] ~= '' then redis.call('ZREMRANGEBYSCORE', inbox, '-inf', ARGV[15 + i]) end
    if mergeable(inbox, tonumber(redis.call('HGET', meta, 'watermark') or '0')) then left = 1 end
  end
else
  redis.call('LTRIM', KEYS[4], ARGV[2], -1)
  left = redis.call('LLEN', KEYS[4]) > 0 and 1 or 0
end
redis.call('HINCRBY', KEYS[2], 'length', -tonumber(ARGV[3]))
position = redis.call('HINCRBY', KEYS[2], 'position', ARGV[2])

local sequence = 0
if payload ~= '' then sequence = enter(KEYS[output], KEYS[output + 1], payload, ARGV[12], ARGV[13]) end
bury(KEYS[3], ARGV[6], ARGV[7], ARGV[8], at, tonumber(ARGV[10]))
return { 'committed', position, left, sequence }
