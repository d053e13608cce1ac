import type { SourceReader } from '../../core/contract/source-reader.ts'
import { csvParse, rows } from './csv.ts'
import { lines } from './lines.ts'
import type { FileFormat } from './open-file.ts'
import { OpenFiles } from './open-files.ts'
import { type FilesOptions, type Settings, settingsOf } from './options.ts'
import { globbed, onlyThis } from './pattern.ts'

/**
 * A file, or many, as a source: lines, NDJSON or CSV, compressed or not, to their end or on and on as they grow. Each record
 * is taken exactly once, in the order of its file, also where the process dies, and where a log is rotated meanwhile: files are
 * known by their inode and by what is in them, not by their names.
 *
 * Text is UTF-8. A line that is not, one that is too long, and a row with too few cells or too many are refused, and become
 * dead letters; the reading goes on with the next.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { bullmq } from 'tanager/bullmq'
 * import { files } from 'tanager/files'
 *
 * const requests = source('requests', { item: codec.string })
 * const hits = store('hits', { key: codec.string, sum })
 * const hitCounts = job('hit-counts', requests.map((line) => [line.split(' ')[0] ?? '', 1] as const).sumByKey(hits))
 *
 * const reader = files({ path: '/var/log/nginx/access.log', follow: true })
 * const app = bullmq().on(hitCounts)
 * console.assert(reader.resumes === 'position' && app !== undefined)
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function files(options: FilesOptions): SourceReader {
  const settings = settingsOf(options)
  return {
    resumes: 'position',
    open: async (how) => {
      const { path, glob, follow, order, poll, notice } = settings
      const pattern = path === undefined ? globbed(glob as string) : onlyThis(path)
      return OpenFiles.open({ pattern, format: await formatOf(settings), follow, order, poll, notice }, how)
    },
  }
}

async function formatOf({ format, longest, compression, header, delimiter, quote }: Settings): Promise<FileFormat> {
  if (format !== 'csv') {
    const framing = lines({ skipBlank: format === 'ndjson', longest })
    return { framing: () => framing, longest, compression }
  }
  const parse = await csvParse()
  return { framing: (path) => rows(parse, { header, delimiter, quote, longest }, path), longest, compression }
}
