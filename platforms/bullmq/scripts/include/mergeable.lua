-- Whether an ordered inbox holds anything at or below the watermark of the stream that fills it.
local function mergeable(inbox, watermark)
  local first = redis.call('ZRANGE', inbox, 0, 0, 'WITHSCORES')
  return first[2] ~= nil and tonumber(first[2]) <= watermark
end
