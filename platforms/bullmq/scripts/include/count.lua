-- Counts what was written to a store or a sink, in the same step. hash: one that the step writes to anyway.
local function count(hash, rows, bytes, now)
  redis.call('HINCRBY', hash, 'rows', rows)
  redis.call('HINCRBY', hash, 'bytes', bytes)
  redis.call('HSET', hash, 'written', now)
end
