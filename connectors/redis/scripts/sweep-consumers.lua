-- Removes consumers of ours that are not heard of any more and have nothing. ARGV: group, prefix, milliseconds. KEYS:
-- the stream. ARGV begins with group and consumer unless it says otherwise. Each part of a consumer's list is at most
-- 1000 long: Lua takes no more arguments than a few thousand.
for _, facts in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #facts, 2 do consumer[facts[i]] = facts[i + 1] end
  if string.sub(consumer.name, 1, #ARGV[2]) == ARGV[2] and consumer.pending == 0 and consumer.idle > tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
