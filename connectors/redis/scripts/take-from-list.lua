-- Takes what comes next into the lane of a reader, and answers it. What is in the lane and the reader has not heard of is
-- answered first: an answer to it was lost. KEYS: list, lane, lanes, lease. ARGV: owner, lane's name, for how long (ms), how
-- many, how many characters, which end, the number of the next record that the reader has not heard of.
local owner = redis.call('GET', KEYS[4])
if owner and owner ~= ARGV[1] then return false end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[3])
redis.call('HSETNX', KEYS[3], ARGV[2], ARGV[7] - redis.call('LLEN', KEYS[2]))
local unheard = ARGV[7] - redis.call('HGET', KEYS[3], ARGV[2])
local taken, length = redis.call('LRANGE', KEYS[2], unheard, unheard + ARGV[4] - 1), 0
if #taken > 0 then return taken end
while #taken < tonumber(ARGV[4]) and length < tonumber(ARGV[5]) do
  local item = redis.call('LMOVE', KEYS[1], KEYS[2], ARGV[6], 'RIGHT')
  if not item then break end
  taken[#taken + 1] = item
  length = length + #item
end
return taken
