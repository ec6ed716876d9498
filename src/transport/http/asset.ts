import { type Bytes, type Coding, codingFor, compressTightly } from './encoding.ts'
import { etagOf, holds } from './etag.ts'

export interface Asset {
  bytes: Bytes
  type: string
  etag: string
  /** Of which each is made when it is first asked for, and kept. */
  compressed: Map<Coding, Promise<Bytes>>
}

export const createAsset = (content: string | Bytes, type: string): Asset => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { bytes, type, etag: etagOf(bytes), compressed: new Map() }
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
  const coding = compression ? codingFor(request.headers.get('accept-encoding')) : null
  if (coding !== null) headers.set('content-encoding', coding)
  const body = coding === null ? bytes : await variant(asset, coding)
  headers.set('content-length', String(body.length))
  return new Response(body, { headers })
}

function variant({ bytes, compressed }: Asset, coding: Coding): Promise<Bytes> {
  const known = compressed.get(coding) ?? compressTightly(bytes, coding)
  compressed.set(coding, known)
  return known
}
