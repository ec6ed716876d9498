import { Elysia } from 'elysia'

import { bearerOf } from '../../kernel/credential.ts'
import { AppError } from '../../kernel/errors.ts'
import { sameBytes } from '../../platform/crypto/index.ts'
import { type Asset, createAsset, serveAsset } from './asset.ts'
import { proof } from './guard.ts'

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
  compression: boolean
}

const tags = ['system']
const text = (type: string, schema: object) => ({ content: { [type]: { schema } } })
const status = (...values: string[]) => ({ type: 'string', enum: values })
const object = (properties: object) => ({ type: 'object', required: Object.keys(properties), properties })
const readiness = (value: string) =>
  text('application/json', object({ status: status(value), checks: { type: 'object', additionalProperties: { type: 'string' } } })) // prettier-ignore

/** What the OpenAPI document says of them. */
const about = {
  health: {
    summary: 'Whether the process serves',
    tags,
    operationId: 'system.health',
    responses: { 200: { description: 'It does.', ...text('application/json', object({ status: status('ok') })) } },
  },
  ready: {
    summary: 'Whether this node should get traffic',
    tags,
    operationId: 'system.ready',
    responses: {
      200: { description: 'It should.', ...readiness('ready') },
      503: { description: 'It should not; `checks` say what is wrong.', ...readiness('unavailable') },
    },
  },
  metrics: {
    summary: 'Figures for Prometheus',
    description: 'With `metrics.token` set, only for that bearer token.',
    tags,
    operationId: 'system.metrics',
    responses: {
      200: { description: 'In the text format of Prometheus.', ...text('text/plain', { type: 'string' }) },
      401: { $ref: '#/components/responses/Unauthorized' },
      404: { $ref: '#/components/responses/NotFound' },
    },
  },
} satisfies Record<string, object>

/** For load balancers, probes and Prometheus: outside `/api/v1` and without the envelope. */
export function systemRoutes({ ready, metrics, metrics_token, documents, compression }: SystemOptions) {
  const app = new Elysia({ name: 'system' })
    .get('/health', () => Response.json({ status: 'ok' }), { detail: about.health })
    .get(
      '/ready',
      async () => {
        const { ok, checks } = await ready()
        return Response.json(
          { status: ok ? 'ready' : 'unavailable', checks },
          ok ? {} : { status: 503, headers: { 'retry-after': '1' } },
        )
      },
      { detail: about.ready },
    )
    .get(
      '/metrics',
      async ({ request }) => {
        if (metrics === undefined) throw new AppError('NOT_FOUND')
        if (metrics_token !== '' && !sameBytes(proof(bearerOf(request.headers)), metrics_token))
          throw new AppError('INVALID_TOKEN')
        return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
      },
      { detail: about.metrics },
    )
  for (const [path, make] of Object.entries(documents)) {
    let made: Asset | undefined
    app.get(
      path,
      ({ request }) => {
        made ??= createAsset(JSON.stringify(make()), 'application/json')
        return serveAsset(request, made, { compression })
      },
      { detail: { hide: true } },
    )
  }
  return app
}
