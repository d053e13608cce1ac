-- Takes a lane that is nobody's; answers how many of it are gone. KEYS: lane, lanes, lease. ARGV: owner, lane's name,
-- for how long (ms).
local gone = redis.call('HGET', KEYS[2], ARGV[2])
if not gone or not redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[3]) then return false end
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('DEL', KEYS[3])
  return false
end
return gone
