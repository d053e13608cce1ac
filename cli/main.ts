#!/usr/bin/env node
import { call, toldUncaught } from './call.ts'
import { keepResultsPure } from './output.ts'

const args = process.argv.slice(2)

keepResultsPure()
process.on('uncaughtException', (error) => process.exit(toldUncaught(args, error)))
// A module may hold something open that nobody closes, a database say: when the work is done we end all the same.
process.exit(await call(args))
