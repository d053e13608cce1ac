--[[
Takes, or keeps, a right that one holder has at a time.

KEYS[1] the lease
ARGV[1] holder
ARGV[2] for how many milliseconds

Returns 1 if the holder has it now, else 0
]]
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
