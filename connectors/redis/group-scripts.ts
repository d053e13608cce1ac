import { scriptText } from './script.ts'

/** Says that a consumer is still at work on what it has heard of and not acknowledged: nobody else is given that. */
export const stillMine = scriptText('still-mine')

/** Gives back what a consumer has not acknowledged, so that whoever looks is given it at once, and removes the consumer. */
export const giveBack = scriptText('give-back')

/** Removes consumers of ours that are not heard of any more and have nothing. */
export const sweepConsumers = scriptText('sweep-consumers')
