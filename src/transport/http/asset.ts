import { bestCoding, type Bytes, compressTightly, ready_codings, type ReadyCoding } from './encoding.ts'
import { etagOf, holds } from './etag.ts'

export interface Asset {
  bytes: Bytes
  type: string
  etag: string
  /** What is not here is made when it is first asked for, and kept; but for Brotli. */
  compressed: Map<ReadyCoding, Promise<Bytes>>
}

/** `ready` is what was compressed beforehand. */
export const createAsset = (
  content: string | Bytes,
  type: string,
  ready: Partial<Record<ReadyCoding, Bytes>> = {},
): Asset => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const compressed = new Map<ReadyCoding, Promise<Bytes>>()
  for (const coding of ready_codings)
    if (ready[coding] !== undefined) compressed.set(coding, Promise.resolve(ready[coding]))
  return { bytes, type, etag: etagOf(bytes), compressed }
}

/** What is the same for everybody: tagged, compressed once, and 304 for who has it. */
export async function serveAsset(
  request: Request,
  asset: Asset,
  { compression, cache_control = 'no-cache' }: { compression: boolean; cache_control?: string },
): Promise<Response> {
  const { bytes, type, etag } = asset
  const headers = new Headers({ etag, 'cache-control': cache_control })
  if (compression) headers.set('vary', 'Accept-Encoding')
  if (holds(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  headers.set('content-type', type)
  const offered = ready_codings.filter((coding) => coding !== 'br' || asset.compressed.has(coding))
  const coding = compression ? bestCoding(request.headers.get('accept-encoding'), offered) : null
  if (coding !== null) headers.set('content-encoding', coding)
  const body = coding === null ? bytes : await variant(asset, coding)
  headers.set('content-length', String(body.length))
  return new Response(body, { headers })
}

function variant({ bytes, compressed }: Asset, coding: ReadyCoding): Promise<Bytes> {
  const known = compressed.get(coding)
  if (known !== undefined) return known
  const made = compressTightly(bytes, coding).catch((error: unknown) => {
    compressed.delete(coding)
    throw error
  })
  compressed.set(coding, made)
  return made
}
