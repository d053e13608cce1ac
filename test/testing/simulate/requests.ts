/** Lines of an access log, from a few visitors to a few pages over a few hours. */
export function requests(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const hour = String((i * 5) % 24).padStart(2, '0')
    const page = `/${['blog', 'docs', 'shop'][i % 3]}/${(i * i) % 7}`
    return `10.0.0.${(i * 7) % 5} - - [0${1 + (i % 2)}/Jan/2026:${hour}:00:00 +0000] "GET ${page} HTTP/1.1" ${i % 6 === 5 ? 404 : 200} ${i * 97}`
  })
}
