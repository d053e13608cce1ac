--[[
Writes a plan down as the deployed one, if none is or the one expected is.

KEYS[1] plan
ARGV[1] fingerprint of the plan expected there, '' for none
ARGV[2] fingerprint, ARGV[3] description, ARGV[4] state

Returns {fingerprint, description, state} as they are after that
]]
local deployed = redis.call('HGET', KEYS[1], 'fingerprint')
if not deployed or deployed == ARGV[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[2], 'description', ARGV[3], 'state', ARGV[4])
end
return redis.call('HMGET', KEYS[1], 'fingerprint', 'description', 'state')
