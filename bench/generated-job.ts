import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A module as somebody writes it whose job has so many slots, half of them sources and half stores: the job, its deployment
 * and a client that names every slot.
 */
export function jobOfSlots(slots: number): string {
  const pairs = Array.from({ length: slots / 2 }, (_, i) => i)
  return `import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'

${pairs
  .map(
    (i) => `interface Event${i} { readonly user: string; readonly amount${i}: number }
const source${i} = source('source${i}', { item: codec.json<Event${i}>() })
const store${i} = store('store${i}', { key: codec.string, sum })`,
  )
  .join('\n')}

const all = job(
  'all',
${pairs
  .map(
    (i) => `  source${i}
    .filter(({ amount${i} }) => amount${i} > 0)
    .map(({ user, amount${i} }) => [user, amount${i}] as const)
    .mapValues((amount) => amount * 100)
    .sumByKey(store${i}),`,
  )
  .join('\n')}
)

export const app = bullmq().on(all).bind({})

export async function use(): Promise<readonly (number | undefined)[]> {
  const client = app.client()
${pairs.map((i) => `  await client.send('source${i}', [{ user: 'ann', amount${i}: 1 }])`).join('\n')}
  return [
${pairs.map((i) => `    await client.store('store${i}').get('ann'),`).join('\n')}
  ]
}
`
}

const settings = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
}

/** Writes it down, with a tsconfig.json such as a user has. @param folder made if it is not there */
export function writeJobOfSlots(folder: string, slots: number): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'job.ts'), jobOfSlots(slots))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
}
