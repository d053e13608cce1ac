-- KEYS: list, lane, lanes, lease. ARGV: owner, lane's name, for how long (ms), how many, how many characters, which end.
local owner = redis.call('GET', KEYS[4])
if owner and owner ~= ARGV[1] then return false end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[3])
redis.call('HSETNX', KEYS[3], ARGV[2], 0)
local taken, length = {}, 0
while #taken < tonumber(ARGV[4]) and length < tonumber(ARGV[5]) do
  local item = redis.call('LMOVE', KEYS[1], KEYS[2], ARGV[6], 'RIGHT')
  if not item then break end
  taken[#taken + 1] = item
  length = length + #item
end
return taken
