-- Writes dead letters: `count` of them from ARGV[at], four arguments each. Returns the place after the last.
local function bury(dead, stream, sequence, now, at, count)
  for _ = 1, count do
    redis.call('XADD', dead, '*', 'stream', stream, 'sequence', sequence, 'at', now,
      'node', ARGV[at], 'index', ARGV[at + 1], 'record', ARGV[at + 2], 'error', ARGV[at + 3])
    at = at + 4
  end
  return at
end
