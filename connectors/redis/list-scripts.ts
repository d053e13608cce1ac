/**
 * What a reader has taken of a list is in a lane of its own, until it is in the log. Lanes have names that nobody else has, and
 * a hash says of each how many of its records are gone already: so a record of a lane has a number that stays, whoever reads it.
 * A lane belongs to whose name is in its lease; without a lease, to whoever takes it first.
 */

/** KEYS: list, lane, lanes, lease. ARGV: owner, lane's name, for how long (ms), how many, how many characters, which end. */
export const takeFromList = `
local owner = redis.call('GET', KEYS[4])
if owner and owner ~= ARGV[1] then return false end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[3])
redis.call('HSETNX', KEYS[3], ARGV[2], 0)
local taken, length = {}, 0
while #taken < tonumber(ARGV[4]) and length < tonumber(ARGV[5]) do
  local item = redis.call('LMOVE', KEYS[1], KEYS[2], ARGV[6], 'RIGHT')
  if not item then break end
  taken[#taken + 1] = item
  length = length + #item
end
return taken`

/** Lets go of the oldest of a lane. KEYS: lane, lanes, lease. ARGV: owner, lane's name, how many, for how long (ms). */
export const letGo = `
local owner = redis.call('GET', KEYS[3])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[4])
redis.call('HINCRBY', KEYS[2], ARGV[2], ARGV[3])
redis.call('LTRIM', KEYS[1], ARGV[3], -1)
return 1`

/** Says that the owner is there. KEYS: lease. ARGV: owner, for how long (ms). */
export const keepLane = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`

/** Leaves a lane to others, and removes it if there is nothing in it. KEYS: lane, lanes, lease. ARGV: owner, lane's name. */
export const leaveLane = `
local owner = redis.call('GET', KEYS[3])
if owner and owner ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HDEL', KEYS[2], ARGV[2]) end
redis.call('DEL', KEYS[3])
return 1`

/** Takes a lane that is nobody's; answers how many of it are gone. KEYS: lane, lanes, lease. ARGV: owner, lane's name, for how long (ms). */
export const adoptLane = `
local gone = redis.call('HGET', KEYS[2], ARGV[2])
if not gone or not redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[3]) then return false end
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('DEL', KEYS[3])
  return false
end
return gone`
