--[[
Puts a delta that no store could take back into its inbox and takes it out of the dead letters, in one step.

KEYS[1] dead letters
KEYS[2] position of the partition
KEYS[3] inbox; for an ordered store, that of one of its streams
ARGV[1] id of the dead letter
ARGV[2] payload
ARGV[3] its length, in UTF-16 units
ARGV[4] 'plain' or 'ordered'

Returns the position to drain from, -1 if there is no such dead letter
]]
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return -1 end
redis.call('HINCRBY', KEYS[2], 'length', ARGV[3])
if ARGV[4] == 'plain' then
  redis.call('RPUSH', KEYS[3], ARGV[2])
  return tonumber(redis.call('HGET', KEYS[2], 'position') or '0')
end
-- Numbers below all others, so that it may be merged at once; each its own, so that two alike stay two. Moving the
-- position makes a drain that has read the inbox before this read it again, instead of trimming what it never saw.
local number = redis.call('HINCRBY', KEYS[2], 'retried', -1)
redis.call('ZADD', KEYS[3], number, string.format('%d:', number) .. ARGV[2])
return redis.call('HINCRBY', KEYS[2], 'position', 1)
