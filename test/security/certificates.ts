import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

/** Vouches for whom it likes; one that nobody else has heard of. */
export interface Authority {
  readonly certificate: string
  /** An identity for 127.0.0.1, or for another address. */
  readonly issue: (name: string, address?: readonly number[]) => Identity
}

/** Makes an authority. By hand, since Node reads certificates and writes none, and not every machine has the `openssl` program. */
export function authority(name: string): Authority {
  const keys = keyPair()
  const issuer = nameOf(name)
  const constraint = sequence(oid('551d13'), boolean, der(0x04, sequence(boolean)))
  return {
    certificate: signed({ issuer, subject: issuer, of: keys.publicKey, by: keys.privateKey, extension: constraint }),
    issue: (subject, address = [127, 0, 0, 1]) => {
      const { publicKey, privateKey } = keyPair()
      const extension = sequence(oid('551d11'), der(0x04, sequence(der(0x87, Buffer.from(address)))))
      return {
        certificate: signed({ issuer, subject: nameOf(subject), of: publicKey, by: keys.privateKey, extension }),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

interface Claim {
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly of: KeyObject
  readonly by: KeyObject
  readonly extension: Buffer
}

/** X.509, version 3: RFC 5280, section 4.1. */
function signed({ issuer, subject, of, by, extension }: Claim): string {
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
  const serial = der(0x02, Buffer.concat([Buffer.of(0x01), randomBytes(8)]))
  const claim = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    serial,
    ecdsaWithSha256,
    issuer,
    sequence(time(-1), time(1)),
    subject,
    of.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  )
  const certificate = sequence(claim, ecdsaWithSha256, der(0x03, Buffer.of(0), sign('sha256', claim, by)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** A tag, a length, and what is in it: all of ASN.1's encoding that a certificate needs. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const boolean = der(0x01, Buffer.of(0xff))
const nameOf = (name: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))

/** So many days from now: 261122120000Z. */
function time(days: number): Buffer {
  const iso = new Date(Date.now() + days * 86_400_000).toISOString()
  return der(0x17, Buffer.from(`${iso.slice(2, 19).replaceAll(/\D/g, '')}Z`))
}
