import { Elysia } from 'elysia'

import { AppError, type Locale } from '../kernel/errors.ts'
import type { Config } from '../platform/config/index.ts'
import { type Asset, serveAsset } from '../transport/http/index.ts'
import { app_addresses } from './addresses.ts'
import { createAssets } from './assets.ts'
import { isVisit } from './lost.ts'

/**
 * Scripts, styles and connections of this server alone, nothing within the page, and no text that becomes markup or script. `'self'` is the WebSocket of
 * this origin too (CSP 3, 6.7.2.8). Pictures are also those that a page makes itself, such as one before it is sent.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const forever = 'public, max-age=31536000, immutable'
/** Its name stays while its content changes, so it is asked for again soon, and meanwhile works. */
const briefly = 'public, max-age=300, stale-while-revalidate=86400'

/**
 * The pages of the chat, as far as the configuration has them: the app, the playground, and the widget for pages of others. `lost` is the page of those who open an
 * address of the app that is none; null for programs, which are to get the error.
 */
export function chatPages({ server, features }: Pick<Config, 'server' | 'features'>) {
  const { compression } = server
  const isDevelopment = server.environment === 'development'
  const { web_app, widget, playground = isDevelopment } = features
  const assets = createAssets({ follow: isDevelopment })
  const find = async (path: string): Promise<Asset> => {
    const asset = (await assets()).get(path)
    if (asset === undefined) throw new AppError('NOT_FOUND')
    return asset
  }
  const page = async (request: Request, name: string): Promise<Response> => {
    const response = await serveAsset(request, await find(`${name}.html`), { compression })
    response.headers.set('content-security-policy', policy)
    return response
  }

  const app = new Elysia({ name: 'pages', detail: { hide: true } })
  if (web_app) for (const address of app_addresses) app.get(address, ({ request }) => page(request, 'app'))
  if (playground) app.get('/playground', ({ request }) => page(request, 'playground'))
  if (web_app || playground) {
    app.get('/assets/:file', async ({ request, params }) =>
      serveAsset(request, await find(`assets/${params.file}`), { compression, cache_control: forever }),
    )
  }
  if (widget) {
    app.get('/widget.js', async ({ request }) => {
      const response = await serveAsset(request, await find('widget.js'), { compression, cache_control: briefly })
      // Pages of others load it, as a module too and with `integrity`; there is nothing in it that not everybody may read.
      response.headers.set('access-control-allow-origin', '*')
      response.headers.set('cross-origin-resource-policy', 'cross-origin')
      return response
    })
  }
  const lost = async (request: Request, locale: Locale): Promise<Response | null> => {
    if (!web_app || !isVisit(request)) return null
    const { bytes, type } = await find(`lost.${locale}.html`)
    return new Response(bytes, {
      status: 404,
      headers: {
        'content-type': type,
        'content-length': String(bytes.length),
        'content-language': locale,
        'content-security-policy': policy,
        vary: 'Accept, Accept-Language',
      },
    })
  }
  return { routes: app, lost }
}
