--[[
Marks a batch of a sink as delivered and lets it go. Done twice it does nothing.

KEYS[1] log of the sink
KEYS[2] meta of the sink
KEYS[3] ahead of the sink
ARGV[1] sequence, ARGV[4] id of its entry
ARGV[2] records in the batch
ARGV[3] its length, in UTF-16 units
ARGV[5] now, in milliseconds

Returns 1 if this marked it, 0 if that was done
]]
-- @include advance

if redis.call('XDEL', KEYS[1], ARGV[4]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[2], 'length', -tonumber(ARGV[3]))
redis.call('HINCRBY', KEYS[2], 'records', ARGV[2])
redis.call('HSET', KEYS[2], 'delivered', ARGV[5])
advance(KEYS[2], KEYS[3], tonumber(ARGV[1]))
return 1
