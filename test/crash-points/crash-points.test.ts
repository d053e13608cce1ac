import { expect, it } from 'vitest'
import * as clientStories from './client-stories.ts'
import { everyPoint } from './every-point.ts'
import { scriptNames } from './names.ts'
import * as workerStories from './worker-stories.ts'

// Clients' stories are in a file of their own, so that both run at once.
everyPoint('workers', workerStories)

it('reaches every script', () => {
  const stories = [...Object.values(workerStories), ...Object.values(clientStories)]
  expect([...new Set(stories.flatMap((tell) => tell().reaches))].sort()).toEqual([...scriptNames].sort())
})
