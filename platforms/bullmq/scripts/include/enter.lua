-- Gives a batch the next number of its stream and writes it there. Returns the number.
local function enter(log, meta, payload, records, length)
  local sequence = redis.call('HINCRBY', meta, 'head', 1)
  redis.call('XADD', log, string.format('%d-0', sequence), 'd', payload, 'n', records)
  redis.call('HINCRBY', meta, 'length', length)
  return sequence
end
