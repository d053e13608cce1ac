#!/usr/bin/env node
import { call, toldUncaught } from './call.ts'
import { keepResultsPure, note, output } from './output.ts'

const args = process.argv.slice(2)

keepResultsPure()
process.on('uncaughtException', (error) => {
  // Whoever else listens has things to put in order first, and then it comes to the call below.
  if (process.listenerCount('uncaughtException') === 1) process.exit(toldUncaught(args, error))
})
// A module that waits for what never comes leaves nothing to do, and Node ends us with a code of its own.
process.once('exit', () => {
  if (process.exitCode !== 13) return
  note('error: the module waits for something that never comes, before it exports anything')
  process.exitCode = 1
})
const exitCode = await call(args)
// Until all is written that was printed; there may be nobody left to read it.
await output.write('').catch(() => {})
// A module may hold something open that nobody closes, a database say: when the work is done we end all the same.
process.exit(exitCode)
