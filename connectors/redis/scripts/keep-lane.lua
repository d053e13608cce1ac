-- Says that the owner is there. KEYS: lease. ARGV: owner, for how long (ms).
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
