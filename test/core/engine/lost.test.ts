import { expect, it } from 'vitest'
import { Sender, defaultCut } from '../../../core/engine/sender.ts'
import type { Log } from '../../../core/engine/log.ts'

it.each(Array.from({ length: 40 }, (_, i) => [i]))('%i', async (k) => {
  let release: (() => void) | undefined
  let n = 0
  const log = { append: () => new Promise((resolve) => { n++; const s = n; if (n === 1) release = () => resolve({ status: 'appended', sequence: s }); else resolve({ status: 'appended', sequence: s }) }) } as unknown as Log
  const sender = new Sender({ log, scheduler: { enqueue: async () => {} }, clock: { now: () => 0, sleep: async () => {} }, writer: 'w', cut: defaultCut })
  void sender.send('s', ['a'])
  while (release === undefined) await undefined
  release()
  for (let i = 0; i < k; i++) await undefined
  let got: number | undefined
  void sender.send('s', ['b']).then((x) => { got = x })
  for (let i = 0; i < 100; i++) await undefined
  expect(got).toBe(2)
})
