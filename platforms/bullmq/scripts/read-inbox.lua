--[[
Reads the oldest entries of a partition's inbox: one, and more until they are long enough.

KEYS[1] position of the partition
KEYS[2] its inbox
ARGV[1] the length, in bytes, after which no more is read

Returns {position, entry, ...}; an entry is a stamp of 24 digits and a payload
]]
local slice = { tonumber(redis.call('HGET', KEYS[1], 'position') or '0') }
local left = tonumber(ARGV[1])
local step = 16
local from = 0
while left > 0 do
  local entries = redis.call('LRANGE', KEYS[2], from, from + step - 1)
  for _, entry in ipairs(entries) do
    if left <= 0 then break end
    slice[#slice + 1] = entry
    left = left - #entry + 24
  end
  if #entries < step then break end
  from = from + step
end
return slice
