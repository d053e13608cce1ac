-- Leaves a lane to others, and removes it if there is nothing in it. KEYS: lane, lanes, lease. ARGV: owner, lane's name.
local owner = redis.call('GET', KEYS[3])
if owner and owner ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HDEL', KEYS[2], ARGV[2]) end
redis.call('DEL', KEYS[3])
return 1
