import { messageOf, preview, TanagerError } from '../error.ts'

/** An error of a part, told by the whole: its message begins with the way to the part, its cause is the part's own error. */
class ErrorInside extends TanagerError {
  readonly path: string

  constructor(code: 'encode' | 'decode', id: string, path: string, origin: unknown) {
    super(code, messageOf(origin), { where: `${clip(id, 120)} at ${clip(path, 200)}`, cause: origin })
    this.path = path
  }
}

/**
 * What a composed codec throws when the part at `step` threw. Every level adds its step on the way out and only the
 * outermost names itself: `struct(a:array(int)) at .a[2]: codec int cannot read this value; ...`.
 */
export function inside(code: 'encode' | 'decode', id: string, step: string, thrown: unknown): TanagerError {
  if (thrown instanceof ErrorInside) return new ErrorInside(code, id, step + thrown.path, thrown.cause)
  return new ErrorInside(code, id, step, thrown)
}

const plainName = /^[A-Za-z_$][\w$]*$/

/** A name as ids print it: quoted if it could be mistaken for the id's own punctuation. */
export function nameInId(name: string): string {
  return plainName.test(name) ? name : JSON.stringify(name)
}

/** The step into a field, as JavaScript writes it. */
export function field(name: string): string {
  return name.length <= 80 && plainName.test(name) ? `.${name}` : `[${preview(name)}]`
}

/** The step into an element. */
export function element(index: number): string {
  return `[${index}]`
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}
