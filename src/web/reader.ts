import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import styles from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import license from 'swagger-ui-dist/LICENSE' with { type: 'file' }
import notice from 'swagger-ui-dist/NOTICE' with { type: 'file' }
import parts from 'swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt' with { type: 'file' }
import { Elysia } from 'elysia'

import { AppError } from '../kernel/errors.ts'
import { type Asset, createAsset, serveAsset } from '../transport/http/index.ts'
import { looks, start } from './reader-parts.ts'

/** Scripts, styles and requests of this server alone, and none within the page: Swagger UI sets its few styles by script. Its icons are `data:` images. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

interface Reader {
  page: Asset
  files: Map<string, Asset>
}

/** A reader of `/openapi.json` for people at `/docs`: Swagger UI, whose files are in the executable. */
export function readerPages({ compression }: { compression: boolean }) {
  let opened: Promise<Reader> | undefined
  const reader = () => (opened ??= open())
  const forever = 'public, max-age=31536000, immutable'

  return new Elysia({ name: 'reader', detail: { hide: true } })
    .get('/docs', async ({ request }) => {
      const response = await serveAsset(request, (await reader()).page, { compression })
      response.headers.set('content-security-policy', policy)
      return response
    })
    .get('/docs/:file', async ({ request, params }) => {
      const asset = (await reader()).files.get(params.file)
      if (asset === undefined) throw new AppError('NOT_FOUND')
      return serveAsset(request, asset, { compression, cache_control: forever })
    })
}

/** Files are named by their content, so that they may be kept for ever and a new version is new at once. */
async function open(): Promise<Reader> {
  const read = (path: string) => Bun.file(path).bytes()
  const legal = await Promise.all([license, notice, parts].map(read))
  const files = new Map<string, Asset>()
  const add = (name: string, extension: string, asset: Asset): string => {
    const file = `${name}.${asset.etag.replace(/^W\/"([\w-]{12}).*$/, '$1')}.${extension}`
    files.set(file, asset)
    return `/docs/${file}`
  }
  const script = add('swagger-ui', 'js', createAsset(await read(bundle), 'text/javascript; charset=utf-8'))
  const begin = add('reader', 'js', createAsset(start, 'text/javascript; charset=utf-8'))
  const sheets = Buffer.concat([await read(styles), Buffer.from(looks)])
  const style = add('swagger-ui', 'css', createAsset(sheets, 'text/css; charset=utf-8'))
  const legals = add('licences', 'txt', createAsset(Buffer.concat(legal), 'text/plain; charset=utf-8'))
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Veza Chat: REST API</title>
<link rel="icon" href="data:,">
<link rel="license" href="${legals}">
<link rel="stylesheet" href="${style}">
<script src="${script}" defer></script>
<script src="${begin}" defer></script>
</head>
<body>
<noscript>This reader needs JavaScript; the document itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<div id="reader"></div>
</body>
</html>
`
  return { page: createAsset(html, 'text/html; charset=utf-8'), files }
}
