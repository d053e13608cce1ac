// Loaded before anything else into the processes of a chaos run: a clock that whoever started us can turn, and an end when
// they are gone. Timers and performance.now() are the machine's own and do not jump, as in a computer whose date is set.

let offset = Number(process.env.CHAOS_CLOCK ?? 0)

const RealDate = Date
const realNow = Date.now

globalThis.Date = class extends RealDate {
  constructor(...args: readonly unknown[]) {
    super(...((args.length === 0 ? [realNow() + offset] : args) as [number]))
  }

  static override now(): number {
    return realNow() + offset
  }
} as DateConstructor

process.on('message', (message: { readonly clock?: number }) => {
  if (message?.clock !== undefined) offset = message.clock
})
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Listening must not keep a process alive that has done its work.
process.channel?.unref()
