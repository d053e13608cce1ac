import { output } from './output.ts'

// Another page of the terminal, no cursor, and lines that are cut where the terminal ends.
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l'
const home = '\u001b[H'
const toEndOfLine = '\u001b[K'
const toEndOfScreen = '\u001b[J'

/** A page that is shown over and over: in its own place on a terminal, one below the other anywhere else. */
export class Screen implements Disposable {
  #last: readonly string[] = []

  constructor() {
    if (!output.isTerminal) return
    process.stdout.write(enter)
    process.stdout.on('resize', this.#draw)
  }

  async show(lines: readonly string[]): Promise<void> {
    this.#last = lines
    if (output.isTerminal) this.#draw()
    else await output.lines([...lines, ''])
  }

  #draw = (): void => {
    const rows = output.rows ?? this.#last.length
    const fitting = this.#last.length <= rows ? this.#last : [...this.#last.slice(0, rows - 1), '…']
    process.stdout.write(home + fitting.map((line) => line + toEndOfLine).join('\n') + toEndOfScreen)
  };

  /** Leaves the last page standing where the terminal was before. */
  [Symbol.dispose](): void {
    if (!output.isTerminal) return
    process.stdout.off('resize', this.#draw)
    process.stdout.write(`${leave}${this.#last.map((line) => `${line}\n`).join('')}`)
  }
}
