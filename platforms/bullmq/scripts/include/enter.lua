-- Gives a batch the next number of its stream and writes it there, as `<number>-<stamp>`. Returns the number.
local function enter(log, meta, payload, records, length, stamp)
  local sequence = redis.call('HINCRBY', meta, 'head', 1)
  redis.call('XADD', log, string.format('%d-%s', sequence, stamp), 'd', payload, 'n', records)
  redis.call('HINCRBY', meta, 'length', length)
  return sequence
end
