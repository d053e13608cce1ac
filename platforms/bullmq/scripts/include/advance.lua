-- Marks a sequence number as committed and moves the watermark over all that are.
-- meta: hash with the field `watermark`; ahead: sorted set of marks above it. Returns the watermark.
local function advance(meta, ahead, sequence)
  local watermark = tonumber(redis.call('HGET', meta, 'watermark') or '0')
  if sequence ~= watermark + 1 then
    redis.call('ZADD', ahead, sequence, sequence)
    return watermark
  end
  watermark = sequence
  while redis.call('ZREM', ahead, watermark + 1) == 1 do
    watermark = watermark + 1
  end
  redis.call('HSET', meta, 'watermark', watermark)
  return watermark
end
