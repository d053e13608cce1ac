// KEYS[1] stream; ARGV: group, consumer. Each part of a consumer's list is at most 1000 long: Lua takes no more arguments than a few thousand.

/** Says that a consumer is still at work on what it has not acknowledged: nobody else is given that. */
export const stillMine = `
local from = '-'
while true do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 1000, ARGV[2])
  if #pending == 0 then return end
  local ids = {}
  for i, entry in ipairs(pending) do ids[i] = entry[1] end
  from = '(' .. ids[#ids]
  ids[#ids + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(ids))
end`

/** Gives back what a consumer has not acknowledged, so that whoever looks is given it at once, and removes the consumer. ARGV[3]: who has it meanwhile. */
export const giveBack = `
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
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end`

/** Removes consumers of ours that are not heard of any more and have nothing. ARGV: group, prefix, milliseconds. */
export const sweepConsumers = `
for _, facts in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #facts, 2 do consumer[facts[i]] = facts[i + 1] end
  if string.sub(consumer.name, 1, #ARGV[2]) == ARGV[2] and consumer.pending == 0 and consumer.idle > tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end`
