import { cut } from '../text.ts'

/** A line on the terminal of whoever waits, in the place of the one before. It is gone at the end; use `using`. */
export class Waiting implements Disposable {
  say(text: string): void {
    const { stderr } = process
    if (stderr.isTTY) stderr.write(`\r\u001b[K${cut(text, (stderr.columns ?? 80) - 1)}`)
  }

  [Symbol.dispose](): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}
