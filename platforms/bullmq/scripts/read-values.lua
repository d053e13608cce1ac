--[[
Reads what a partition holds for some keys, if nobody has moved its position since the inbox was read.

KEYS[1] position of the partition
KEYS[2] its values
ARGV[1] the position
then, the keys: no more of them than Lua unpacks at a time

Returns the values in the order of the keys, or nothing if the position is another
]]
if tonumber(redis.call('HGET', KEYS[1], 'position') or '0') ~= tonumber(ARGV[1]) then return false end
return redis.call('HMGET', KEYS[2], unpack(ARGV, 2))
