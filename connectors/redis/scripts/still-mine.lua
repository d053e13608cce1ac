-- Says that a consumer is still at work on what it has not acknowledged and has heard of: nobody else is given that. What it
-- was given in an answer that was lost it does not know, and is given to whoever looks. KEYS: the stream. ARGV: group,
-- consumer, then the ids it has heard of. Each part of a consumer's list is at most 1000 long: Lua takes no more arguments
-- than a few thousand.
local heard = {}
for i = 3, #ARGV do heard[ARGV[i]] = true end
local from = '-'
while true do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 1000, ARGV[2])
  if #pending == 0 then return end
  local ids = {}
  for _, entry in ipairs(pending) do
    if heard[entry[1]] then ids[#ids + 1] = entry[1] end
  end
  if #ids > 0 then
    ids[#ids + 1] = 'JUSTID'
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(ids))
  end
  from = '(' .. pending[#pending][1]
end
