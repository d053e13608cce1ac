-- Says that a consumer is still at work on what it has not acknowledged: nobody else is given that. KEYS: the stream.
-- ARGV begins with group and consumer unless it says otherwise. Each part of a consumer's list is at most 1000 long: Lua
-- takes no more arguments than a few thousand.
local from = '-'
while true do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 1000, ARGV[2])
  if #pending == 0 then return end
  local ids = {}
  for i, entry in ipairs(pending) do ids[i] = entry[1] end
  from = '(' .. ids[#ids]
  ids[#ids + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(ids))
end
