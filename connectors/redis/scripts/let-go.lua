-- Lets go of the oldest of a lane. KEYS: lane, lanes, lease. ARGV: owner, lane's name, how many, for how long (ms).
local owner = redis.call('GET', KEYS[3])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[4])
redis.call('HINCRBY', KEYS[2], ARGV[2], ARGV[3])
redis.call('LTRIM', KEYS[1], ARGV[3], -1)
return 1
