-- Lets go of the oldest of a lane; done once, it is done. KEYS: lane, lanes, lease. ARGV: owner, lane's name, up to which
-- number, for how long (ms).
local owner = redis.call('GET', KEYS[3])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[4])
local count = ARGV[3] - (redis.call('HGET', KEYS[2], ARGV[2]) or ARGV[3])
if count <= 0 then return 0 end
redis.call('HINCRBY', KEYS[2], ARGV[2], count)
redis.call('LTRIM', KEYS[1], count, -1)
return 1
