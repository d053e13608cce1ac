--[[
Reads the oldest entries of a partition's inbox that may be merged now: one, and more until they are long enough.

KEYS[1] position of the partition
KEYS[2] the inbox of a plain store; for an ordered one, for each stream that feeds it, from here: inbox, meta of the stream
ARGV[1] 'plain' or 'ordered'
ARGV[2] the length, in bytes, after which no more is read

Returns {position, payload, ...}                     plain
        {position, stream, 'sequence:payload', ...}  ordered; stream by its place from 1
]]
local position = tonumber(redis.call('HGET', KEYS[1], 'position') or '0')
local slice = { position }
local left = tonumber(ARGV[2])
local step = 16

if ARGV[1] == 'plain' then
  local from = 0
  while left > 0 do
    local entries = redis.call('LRANGE', KEYS[2], from, from + step - 1)
    for _, entry in ipairs(entries) do
      if left <= 0 then break end
      slice[#slice + 1] = entry
      left = left - #entry
    end
    if #entries < step then break end
    from = from + step
  end
  return slice
end

for i = 2, #KEYS, 2 do
  local watermark = redis.call('HGET', KEYS[i + 1], 'watermark') or '0'
  local from = 0
  while left > 0 do
    local entries = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', watermark, 'LIMIT', from, step)
    for _, entry in ipairs(entries) do
      if left <= 0 then break end
      slice[#slice + 1] = i / 2
      slice[#slice + 1] = entry
      left = left - #entry
    end
    if #entries < step then break end
    from = from + step
  end
end
return slice
