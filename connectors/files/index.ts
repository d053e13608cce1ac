export { files } from './files.ts'
export { type NdjsonOptions, type NdjsonSink, ndjsonFiles } from './ndjson.ts'
export type { FilesOptions } from './options.ts'
