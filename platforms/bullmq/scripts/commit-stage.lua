--[[
Commits what one batch of a stream does, all of it, unless that was done before.

KEYS[1] log of the stream
KEYS[2] meta of the stream
KEYS[3] ahead of the stream
KEYS[4] dead letters
then, for each plain inbox touched: inbox, position
then, for each ordered inbox this stream feeds, touched or not: inbox, position
then, for each of those: what this stream has added to it early
then, for each sink written to: log, meta
ARGV[1] sequence
ARGV[2] records in the batch
ARGV[3] length of the batch, in UTF-16 units
ARGV[4] name of the stream
ARGV[5] now, in milliseconds
ARGV[6] how much length one inbox may hold
ARGV[7] how many plain inboxes, ARGV[8] ordered inboxes, ARGV[9] sinks, ARGV[10] dead letters
ARGV[11] latest event time in the batch, in milliseconds ('' where none is asked for)
ARGV[12] how much length one sink may hold, ARGV[13] how many dead letters there may be
ARGV[14] id of the batch's entry
ARGV[15] stamp for all that is added, of 16 digits
then, for each inbox in the order of the keys: payload ('' for one that is not touched), length
then, for each sink: payload, records, length
then, for each dead letter: node, index, record, error

Returns {'committed', {i, position, ...}, {sequence, ...}}
          i       an inbox, by its place from 1, that nobody has been told of, and its position
          the second list is what the sinks' batches were numbered
        {'already'}  it was committed before, or was never there
        {'full', what, i}  there is no room in an 'inbox', by its place, in a 'sink', by its place, or among the 'dead letters';
          nothing was changed
]]
-- @include advance
-- @include enter
-- @include push
-- @include bury
-- @include count

local sequence = tonumber(ARGV[1])
local before = tonumber(redis.call('HGET', KEYS[2], 'watermark') or '0')
if sequence <= before or redis.call('ZSCORE', KEYS[3], ARGV[1]) then return { 'already' } end

local plain, ordered, sinks, dead = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local inboxes = plain + ordered
local limit = tonumber(ARGV[6])
local told = {}
for i = 1, inboxes do
  told[i] = redis.call('LLEN', KEYS[3 + 2 * i]) > 0
  if ARGV[14 + 2 * i] ~= '' and tonumber(redis.call('HGET', KEYS[4 + 2 * i], 'length') or '0') >= limit then
    -- Where all that fills an ordered inbox waits for this very batch, it must be let in, or nothing ever moves again.
    if i <= plain or told[i] or sequence ~= before + 1 then return { 'full', 'inbox', i } end
  end
end

local early = 4 + 2 * inboxes - plain
for i = 1, sinks do
  local meta = KEYS[early + inboxes + 2 * i]
  if tonumber(redis.call('HGET', meta, 'length') or '0') >= tonumber(ARGV[12]) then return { 'full', 'sink', i } end
end
if dead > 0 and redis.call('XLEN', KEYS[4]) >= tonumber(ARGV[13]) then return { 'full', 'dead letters', 0 } end

-- The entry is the batch: where it is gone without a mark, Redis has lost its tail, and the batch with it; where another
-- has its number, its id is another.
if redis.call('XDEL', KEYS[1], ARGV[14]) == 0 then return { 'already' } end
redis.call('HINCRBY', KEYS[2], 'length', -tonumber(ARGV[3]))
redis.call('HINCRBY', KEYS[2], 'records', ARGV[2])
if ARGV[11] ~= '' and tonumber(ARGV[11]) > tonumber(redis.call('HGET', KEYS[2], 'time') or '-inf') then
  redis.call('HSET', KEYS[2], 'time', ARGV[11])
end

-- To an ordered inbox batches are added in the order of their numbers: one that is early waits beside it, under its
-- number, and moves in as soon as the watermark has reached it.
for i = 1, inboxes do
  local payload = ARGV[14 + 2 * i]
  if payload ~= '' then
    redis.call('HINCRBY', KEYS[4 + 2 * i], 'length', ARGV[15 + 2 * i])
    if i > plain and sequence ~= before + 1 then
      redis.call('ZADD', KEYS[early + i], sequence, ARGV[1] .. ':' .. payload)
    else
      push(KEYS[3 + 2 * i], ARGV[15], payload)
    end
  end
end
local after = advance(KEYS[2], KEYS[3], sequence)
for i = plain + 1, inboxes do
  if after <= before + 1 then break end
  for _, waiting in ipairs(redis.call('ZRANGEBYSCORE', KEYS[early + i], '-inf', after)) do
    push(KEYS[3 + 2 * i], ARGV[15], string.sub(waiting, string.find(waiting, ':', 1, true) + 1))
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[early + i], '-inf', after)
end

local wake = {}
for i = 1, inboxes do
  if not told[i] and redis.call('LLEN', KEYS[3 + 2 * i]) > 0 then
    wake[#wake + 1] = i
    wake[#wake + 1] = tonumber(redis.call('HGET', KEYS[4 + 2 * i], 'position') or '0')
  end
end

local at = 16 + 2 * inboxes
local numbers = {}
for i = 1, sinks do
  local key = early + inboxes + 2 * i - 1
  numbers[i] = enter(KEYS[key], KEYS[key + 1], ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[15])
  count(KEYS[key + 1], ARGV[at + 1], #ARGV[at], ARGV[5])
  at = at + 3
end
bury(KEYS[4], 'stream', ARGV[4], ARGV[1], ARGV[5], at, dead)
return { 'committed', wake, numbers }
