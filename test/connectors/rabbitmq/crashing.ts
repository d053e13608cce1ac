import fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import { rabbitmq } from '../../../connectors/rabbitmq/index.ts'
import { corner } from './corner.ts'
import { limits } from './reading.ts'
import { Supervisor } from './supervisor.ts'

/** Where a reader dies: after so many batches, before the last was appended, before it was acknowledged, or just after. */
const crash = fc.record({
  batches: fc.integer({ min: 0, max: 4 }),
  at: fc.constantFrom('before append', 'before acknowledge', 'after acknowledge'),
})

/** Whatever becomes of who reads, as long as somebody comes after. */
export function crashing(broker: () => string): void {
  it('loses no record, and gives each once to who remembers the ids', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(crash, { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        async (count, crashes, records) => {
          const sent = Array.from({ length: count }, (_, i) => `record ${i}`)
          await mine.publish(queue, sent, (i) => ({ messageId: `id ${i}` }))
          const reader = rabbitmq({ url: mine.url, queue })
          const log = new Supervisor(reader, { ...limits, records })
          for (const { batches, at } of [...crashes, { batches: Number.POSITIVE_INFINITY, at: 'after acknowledge' }]) {
            const source = await reader.open({ position: none, batch: { ...limits, records } })
            const waits = () => log.once.length < count
            for (let i = 0; i < batches && waits(); i++) await log.step(source)
            if (waits() && at === 'before append') await source.next()
            if (waits() && at === 'before acknowledge') await log.step(source, false)
            await source.close()
          }
          expect(log.once).toEqual(sent)
          expect(new Set(log.records)).toEqual(new Set(sent))
          // What was appended last and not acknowledged comes once more, and is known.
          const left = await mine.drain(queue)
          expect(left.every(({ text }) => sent.includes(text))).toBe(true)
        },
      ),
      { numRuns: 25 },
    )
  })
}
