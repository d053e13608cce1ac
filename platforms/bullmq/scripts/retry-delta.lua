--[[
Puts a delta that a store could not take back into its inbox and takes it out of the dead letters, in one step.

KEYS[1] dead letters
KEYS[2] position of the partition
KEYS[3] its inbox
ARGV[1] id of the dead letter
ARGV[2] payload
ARGV[3] its length, in UTF-16 units
ARGV[4] stamp, of 16 digits

Returns the position to drain from, -1 if there is no such dead letter
]]
-- @include push

if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return -1 end
redis.call('HINCRBY', KEYS[2], 'length', ARGV[3])
push(KEYS[3], ARGV[4], ARGV[2])
return tonumber(redis.call('HGET', KEYS[2], 'position') or '0')
