import type * as nodeServerModule from '@hono/node-server'
import type * as honoModule from 'hono'
import { messageOf, TanagerError } from '../../core/error.ts'

// Optional peers: only who takes records over HTTP needs them. A webhook needs neither.

export function hono(): Promise<typeof honoModule> {
  return installed('hono', () => import('hono'))
}

export function nodeServer(): Promise<typeof nodeServerModule> {
  return installed('@hono/node-server', () => import('@hono/node-server'))
}

async function installed<M>(name: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load()
  } catch (cause) {
    if (!messageOf(cause).match(/Cannot find (?:package|module) '(?:hono|@hono\/node-server)/)) throw cause
    throw new TanagerError('missing-package', `to take records over HTTP needs the package ${name}, which is not installed`, {
      remedy: 'Type: npm install hono @hono/node-server',
      cause,
    })
  }
}
