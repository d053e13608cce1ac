/**
 * The name of a key of ours beside one of others, so that a cluster keeps both in one slot. Of a key with a hash tag, it has
 * the same; of one without, the whole key is the tag.
 */
export function beside(key: string, name: string): string {
  const open = key.indexOf('{')
  const close = open === -1 ? -1 : key.indexOf('}', open + 1)
  if (close > open + 1) return `${key}:tanager:${name}`
  // A key with a brace in it cannot be a tag. A cluster refuses it then, a single server does not mind.
  return key.includes('}') ? `${key}:tanager:${name}` : `{${key}}:tanager:${name}`
}
