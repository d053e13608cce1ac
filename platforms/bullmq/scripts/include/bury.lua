-- Writes dead letters: `count` of them from ARGV[at], four arguments each. Returns the place after the last.
-- from: 'stream' for records of one and their batch, 'store' for deltas of one and their partition
local function bury(dead, from, name, number, now, at, count)
  for _ = 1, count do
    redis.call('XADD', dead, '*', 'from', from, 'stream', name, 'sequence', number, 'at', now,
      'node', ARGV[at], 'index', ARGV[at + 1], 'record', ARGV[at + 2], 'error', ARGV[at + 3])
    at = at + 4
  end
  return at
end
