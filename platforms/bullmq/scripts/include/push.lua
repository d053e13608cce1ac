-- Adds an entry to an inbox: a stamp of 24 digits, and the payload.
-- stamp: 16 digits by the caller. The time is part of it, since a client whose connection was cut sends the same command
-- again; executed by a Redis that has gone back, it must not leave the same entry behind something else.
local function push(inbox, stamp, payload)
  local now = redis.call('TIME')
  redis.call('RPUSH', inbox, stamp .. string.format('%08d', now[1] % 100 * 1000000 + now[2]) .. payload)
end
