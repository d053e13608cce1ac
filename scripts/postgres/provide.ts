import { startPostgresServer } from './server.ts'

/** A PostgreSQL to work with, and what to do when the work is done. */
export interface ProvidedPostgres extends AsyncDisposable {
  readonly url: string
}

/** The database that DATABASE_URL names, which is somebody else's: we write only in schemas of our own. Without it, a private server. */
export async function providePostgres(): Promise<ProvidedPostgres> {
  const url = process.env.DATABASE_URL
  if (url === undefined || url === '') return await startPostgresServer()
  return { url, [Symbol.asyncDispose]: async () => undefined }
}
