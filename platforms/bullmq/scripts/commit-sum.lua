--[[
Commits a drain step of one partition: writes the merged values, takes the merged entries out of the inbox, passes on
what changed. Only if nobody has moved the position since it was read.

KEYS[1] values of the partition
KEYS[2] position of the partition
KEYS[3] its inbox
KEYS[4] dead letters
KEYS[5] log of its output, KEYS[6] meta of it: only if something reads the changes
ARGV[1]  the position the inbox was read at
ARGV[2]  entries merged
ARGV[3]  their length, in UTF-16 units
ARGV[4]  name of the store, ARGV[5] partition
ARGV[6]  now, in milliseconds
ARGV[7]  how many values, ARGV[8] keys to remove, ARGV[9] dead letters
ARGV[10] payload of the changes ('' if nothing reads them), ARGV[11] records in it, ARGV[12] its length
ARGV[13] how much length may wait in the output, ARGV[14] how many dead letters there may be
ARGV[15] stamp of the last entry merged, of 24 digits
ARGV[16] stamp for the output, of 16 digits
ARGV[17] rows written, here or outside, and ARGV[18] bytes of them: they are counted
then, for each value: key, value
then, each key to remove
then, for each dead letter: node, index, record, error

Returns {'committed', position, left, sequence}
          left      how many entries remain
          sequence  of the output's batch, 0 if none was written
        {'stale'}   another drain has been here; nothing was changed
        {'full', what}  there is no room in the 'output', or among the 'dead letters'; nothing was changed
]]
-- @include enter
-- @include bury
-- @include count

local position = tonumber(redis.call('HGET', KEYS[2], 'position') or '0')
if position ~= tonumber(ARGV[1]) then return { 'stale' } end
-- After Redis has gone back, other entries may be at the same position. All before an entry were there when it was added.
local last = redis.call('LINDEX', KEYS[3], ARGV[2] - 1)
if not last or string.sub(last, 1, 24) ~= ARGV[15] then return { 'stale' } end

local payload = ARGV[10]
if payload ~= '' and tonumber(redis.call('HGET', KEYS[6], 'length') or '0') >= tonumber(ARGV[13]) then return { 'full', 'output' } end
if tonumber(ARGV[9]) > 0 and redis.call('XLEN', KEYS[4]) >= tonumber(ARGV[14]) then return { 'full', 'dead letters' } end

-- What frees memory comes first: a Redis that is out of it lets a script go on once it has begun to write, and refuses
-- one that begins by asking for more.
redis.call('LTRIM', KEYS[3], ARGV[2], -1)
redis.call('HINCRBY', KEYS[2], 'length', -tonumber(ARGV[3]))
position = redis.call('HINCRBY', KEYS[2], 'position', ARGV[2])

if ARGV[17] ~= '0' then count(KEYS[2], ARGV[17], ARGV[18], ARGV[6]) end

-- Lua unpacks only so many values at a time.
local at = 19
local removes = at + 2 * tonumber(ARGV[7])
for from = at, removes - 1, 4000 do
  redis.call('HSET', KEYS[1], unpack(ARGV, from, math.min(from + 3999, removes - 1)))
end
at = removes + tonumber(ARGV[8])
for from = removes, at - 1, 4000 do
  redis.call('HDEL', KEYS[1], unpack(ARGV, from, math.min(from + 3999, at - 1)))
end

local sequence = 0
if payload ~= '' then sequence = enter(KEYS[5], KEYS[6], payload, ARGV[11], ARGV[12], ARGV[16]) end
bury(KEYS[4], 'store', ARGV[4], ARGV[5], ARGV[6], at, tonumber(ARGV[9]))
return { 'committed', position, redis.call('LLEN', KEYS[3]), sequence }
