-- Gives back what a consumer has not acknowledged, so that whoever looks is given it at once, and removes the consumer.
-- ARGV[3]: who has it meanwhile. KEYS: the stream. ARGV begins with group and consumer unless it says otherwise. Each
-- part of a consumer's list is at most 1000 long: Lua takes no more arguments than a few thousand.
for round = 1, 1000 do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000, ARGV[2])
  if #pending == 0 then break end
  local ids = {}
  for i, entry in ipairs(pending) do ids[i] = entry[1] end
  ids[#ids + 1] = 'IDLE'
  ids[#ids + 1] = 31536000000
  ids[#ids + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, unpack(ids))
end
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end
