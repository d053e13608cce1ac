-- KEYS: the stream, the batches that were written. ARGV: the batch, how many to remember, how many entries to keep;
-- then each item, its length first. What may be refused, for a right that is missing or a key of another type, is tried
-- before an item is written: a script that fails has still done what it did before.
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], 'XX', 0, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -tonumber(ARGV[2]))
local now = redis.call('TIME')
local at = 4
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  if ARGV[3] == '' then redis.call('XADD', KEYS[1], '*', unpack(ARGV, at + 1, last))
  else redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, at + 1, last)) end
  at = last + 1
end
redis.call('ZADD', KEYS[2], now[1] * 1000000 + now[2], ARGV[1])
return 1
