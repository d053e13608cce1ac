--[[
Puts a dead record back at the end of its stream and takes it out of the dead letters, in one step.

KEYS[1] dead letters
KEYS[2] log of the stream
KEYS[3] meta of the stream
ARGV[1] id of the dead letter
ARGV[2] payload, a batch of that one record
ARGV[3] its length, in UTF-16 units
ARGV[4] stamp, of digits

Returns the batch's sequence, 0 if there is no such dead letter
]]
-- @include enter

if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
return enter(KEYS[2], KEYS[3], ARGV[2], 1, ARGV[3], ARGV[4])
