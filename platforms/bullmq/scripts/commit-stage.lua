--[[
Commits what batches of a stream do, all of it, unless it was done before. Mostly it is one batch; several are committed
together or not at all.

KEYS[1] log of the stream
KEYS[2] meta of the stream
KEYS[3] ahead of the stream
KEYS[4] dead letters
then, for each plain inbox touched: inbox, position
then, for each ordered inbox this stream feeds, touched or not: inbox, position
then, for each of those: what this stream has added to it early
then, for each sink written to: log, meta
ARGV[1] name of the stream
ARGV[2] now, in milliseconds
ARGV[3] latest event time in the batches, in milliseconds ('' where none is asked for)
ARGV[4] stamp for all that is added, of 16 digits
ARGV[5] how much length one inbox may hold, ARGV[6] one sink, ARGV[7] how many dead letters there may be
ARGV[8] how many batches, ARGV[9] plain inboxes, ARGV[10] ordered inboxes, ARGV[11] sinks, ARGV[12] dead letters
then, for each batch, in the order of their numbers, and without a gap where there are ordered inboxes:
  sequence, id of its entry, records in it, its length in UTF-16 units
then, for each inbox in the order of the keys: payload ('' for one that is not touched), length
then, for each sink: payload, records, length
then, for each dead letter: sequence of its batch, node, index, record, error

Returns {'committed', {i, position, ...}, {sequence, ...}}
          i       an inbox, by its place from 1, that nobody has been told of, and its position
          the second list is what the sinks' batches were numbered
        {'already'}  one of them was committed before, or was never there; nothing was changed
        {'full', what, i}  there is no room in an 'inbox', by its place, in a 'sink', by its place, or among the 'dead letters';
          nothing was changed
]]
-- @include advance
-- @include enter
-- @include push
-- @include bury
-- @include count

local batches, plain, ordered = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local sinks, dead = tonumber(ARGV[11]), tonumber(ARGV[12])
local inboxes = plain + ordered

-- Where what is of one begins: in the keys, and in the arguments.
local function inboxKey(i) return 3 + 2 * i end
local function earlyKey(i) return 4 + 2 * inboxes + i - plain end
local function sinkKey(i) return 3 + 2 * inboxes + ordered + 2 * i end
local function batchAt(i) return 9 + 4 * i end
local function inboxAt(i) return 11 + 4 * batches + 2 * i end
local function sinkAt(i) return 10 + 4 * batches + 2 * inboxes + 3 * i end
local deadAt = sinkAt(sinks + 1)

local sequence = tonumber(ARGV[batchAt(1)])
local before = tonumber(redis.call('HGET', KEYS[2], 'watermark') or '0')
for i = 1, batches do
  local at = batchAt(i)
  if tonumber(ARGV[at]) <= before or redis.call('ZSCORE', KEYS[3], ARGV[at]) then return { 'already' } end
  -- The entry is the batch: where it is gone without a mark, Redis has lost its tail, and the batch with it; where another
  -- has its number, its id is another. A single batch is looked for by taking it away, which reads nothing.
  if batches > 1 and #redis.call('XRANGE', KEYS[1], ARGV[at + 1], ARGV[at + 1]) == 0 then return { 'already' } end
end

local limit = tonumber(ARGV[5])
local told = {}
for i = 1, inboxes do
  local inbox = inboxKey(i)
  told[i] = redis.call('LLEN', KEYS[inbox]) > 0
  if ARGV[inboxAt(i)] ~= '' and tonumber(redis.call('HGET', KEYS[inbox + 1], 'length') or '0') >= limit then
    -- Where all that fills an ordered inbox waits for this very batch, it must be let in, or nothing ever moves again.
    if i <= plain or told[i] or sequence ~= before + 1 then return { 'full', 'inbox', i } end
  end
end
for i = 1, sinks do
  local meta = KEYS[sinkKey(i) + 1]
  if tonumber(redis.call('HGET', meta, 'length') or '0') >= tonumber(ARGV[6]) then return { 'full', 'sink', i } end
end
if dead > 0 and redis.call('XLEN', KEYS[4]) >= tonumber(ARGV[7]) then return { 'full', 'dead letters', 0 } end

for i = 1, batches do
  local at = batchAt(i)
  if redis.call('XDEL', KEYS[1], ARGV[at + 1]) == 0 then return { 'already' } end
  redis.call('HINCRBY', KEYS[2], 'records', ARGV[at + 2])
  redis.call('HINCRBY', KEYS[2], 'length', -tonumber(ARGV[at + 3]))
end
if ARGV[3] ~= '' and tonumber(ARGV[3]) > tonumber(redis.call('HGET', KEYS[2], 'time') or '-inf') then
  redis.call('HSET', KEYS[2], 'time', ARGV[3])
end

-- To an ordered inbox batches are added in the order of their numbers: one that is early waits beside it, under its
-- number, and moves in as soon as the watermark has reached it. Of several, the first stands for all.
for i = 1, inboxes do
  local payload = ARGV[inboxAt(i)]
  if payload ~= '' then
    redis.call('HINCRBY', KEYS[inboxKey(i) + 1], 'length', ARGV[inboxAt(i) + 1])
    if i > plain and sequence ~= before + 1 then
      redis.call('ZADD', KEYS[earlyKey(i)], sequence, ARGV[batchAt(1)] .. ':' .. payload)
    else
      push(KEYS[inboxKey(i)], ARGV[4], payload)
    end
  end
end
local after = before
for i = 1, batches do after = advance(KEYS[2], KEYS[3], tonumber(ARGV[batchAt(i)])) end
for i = plain + 1, inboxes do
  if after <= before + batches then break end
  local early = KEYS[earlyKey(i)]
  for _, waiting in ipairs(redis.call('ZRANGEBYSCORE', early, '-inf', after)) do
    push(KEYS[inboxKey(i)], ARGV[4], string.sub(waiting, string.find(waiting, ':', 1, true) + 1))
  end
  redis.call('ZREMRANGEBYSCORE', early, '-inf', after)
end

local wake = {}
for i = 1, inboxes do
  local inbox = inboxKey(i)
  if not told[i] and redis.call('LLEN', KEYS[inbox]) > 0 then
    wake[#wake + 1] = i
    wake[#wake + 1] = tonumber(redis.call('HGET', KEYS[inbox + 1], 'position') or '0')
  end
end

local numbers = {}
for i = 1, sinks do
  local key, at = sinkKey(i), sinkAt(i)
  numbers[i] = enter(KEYS[key], KEYS[key + 1], ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[4])
  count(KEYS[key + 1], ARGV[at + 1], #ARGV[at], ARGV[2])
end
for i = 1, dead do
  local at = deadAt + 5 * (i - 1)
  bury(KEYS[4], 'stream', ARGV[1], ARGV[at], ARGV[2], at + 1, 1)
end
return { 'committed', wake, numbers }
