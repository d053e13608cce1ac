--[[
Forgets writers of a stream that have not been heard of for long: some of them, from a cursor on.

KEYS[1] meta of the stream
ARGV[1] cursor, '0' to begin
ARGV[2] how long a writer must have been silent, in seconds

Returns {cursor, forgotten}; the cursor is '0' when all were seen
]]
local cursor, fields = unpack(redis.call('HSCAN', KEYS[1], ARGV[1], 'MATCH', 'writer:*', 'COUNT', 1000))
local now = tonumber(redis.call('TIME')[1])
local forgotten = 0
for i = 1, #fields, 2 do
  local heard = tonumber(string.match(fields[i + 1], '^%d+ %d+ (%d+)$') or now)
  if now - heard >= tonumber(ARGV[2]) then forgotten = forgotten + redis.call('HDEL', KEYS[1], fields[i]) end
end
return { cursor, forgotten }
