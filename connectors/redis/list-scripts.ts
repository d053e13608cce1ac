import { scriptText } from './script.ts'

// What a reader has taken of a list is in a lane of its own, until it is in the log. Lanes have names that nobody else has, and
// a hash says of each how many of its records are gone already: so a record of a lane has a number that stays, whoever reads it.
// A lane belongs to whose name is in its lease; without a lease, to whoever takes it first.

export const takeFromList = scriptText('take-from-list')
export const letGo = scriptText('let-go')
export const keepLane = scriptText('keep-lane')
export const leaveLane = scriptText('leave-lane')
export const adoptLane = scriptText('adopt-lane')
