import { Elysia } from 'elysia'
import { AppError } from '../../kernel/errors.ts'
import { sameBytes } from '../../platform/crypto/index.ts'
import { bearer } from './guard.ts'

export interface Readiness {
  ok: boolean
  /** Each part by name: `ok`, or what is wrong with it. */
  checks: Record<string, string>
}

export interface SystemOptions {
  /** Whether this node should get traffic. Must answer soon whatever happens. */
  ready(): Promise<Readiness>
  metrics?: { contentType: string; text(): Promise<string> } | undefined
  /** The bearer token that `/metrics` asks for; empty asks for none. */
  metrics_token: string
  /** Documents by their path, made when first asked for. */
  documents: Readonly<Record<string, () => object>>
}

/** For load balancers, probes and Prometheus: outside `/api/v1` and without the envelope. */
export function systemRoutes({ ready, metrics, metrics_token, documents }: SystemOptions) {
  const app = new Elysia({ name: 'system' })
    .get('/health', () => Response.json({ status: 'ok' }))
    .get('/ready', async () => {
      const { ok, checks } = await ready()
      return Response.json(
        { status: ok ? 'ready' : 'unavailable', checks },
        ok ? {} : { status: 503, headers: { 'retry-after': '1' } },
      )
    })
    .get('/metrics', async ({ request }) => {
      if (metrics === undefined) throw new AppError('NOT_FOUND')
      if (metrics_token !== '' && !sameBytes(bearer(request.headers), metrics_token))
        throw new AppError('INVALID_TOKEN')
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
    })
  for (const [path, make] of Object.entries(documents)) {
    let made: string | undefined
    app.get(path, () => {
      made ??= JSON.stringify(make())
      return new Response(made, { headers: { 'content-type': 'application/json' } })
    })
  }
  return app
}
