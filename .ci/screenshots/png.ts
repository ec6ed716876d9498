import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature_bytes = 8

/** The same picture with its lines packed as tightly as deflate can, and with nothing else beside (PNG, third edition, 5 and 10). */
export function smaller(png: Buffer): Buffer {
  const chunks = chunksOf(png)
  const lines = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ bytes }) => bytes)))
  const packed = deflateSync(lines, { level: 9, memLevel: 9 })
  const kept = chunks.filter(({ type }) => ['IHDR', 'PLTE', 'tRNS'].includes(type))
  return Buffer.concat([
    png.subarray(0, signature_bytes),
    ...kept.map(({ type, bytes }) => chunk(type, bytes)),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunksOf(png: Buffer): { type: string; bytes: Buffer }[] {
  const chunks = []
  for (let at = signature_bytes; at < png.length;) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), bytes: png.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return chunks
}

function chunk(type: string, bytes: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), bytes])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(bytes.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
