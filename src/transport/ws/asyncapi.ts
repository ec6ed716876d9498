import type { TSchema } from '@sinclair/typebox'

import { close_codes } from './close-codes.ts'
import type { Command, EventSpec } from './command.ts'
import { type Exchange, ownCommands, ownEvents, ownShapes } from './protocol.ts'
import { createShapes, pascal, type Shapes } from '../../kernel/shapes.ts'

export interface Described {
  commands: readonly Command[]
  events: readonly EventSpec[]
  /** What schemas refer to by name, and no command or event has. */
  shapes: readonly TSchema[]
  version: string
  /** Where clients connect, such as `chat.example.com`. */
  host: string
  protocol: 'ws' | 'wss'
}

const request_id = { oneOf: [{ type: 'string', maxLength: 128 }, { type: 'number' }], description: 'Yours to choose; the answer carries it.' } // prettier-ignore

/** The protocol of `/ws` as an AsyncAPI 3.0 document, made from the schemas that check and declare it. */
export function asyncapi({ commands, events, shapes: others, version, host, protocol }: Described): object {
  const taken: Exchange[] = [...ownCommands, ...commands]
  const told = [...ownEvents, ...events]
  const answers = new Map(taken.flatMap((command) => Object.entries(command.answers)))
  const shapes = createShapes()
  for (const schema of [...ownShapes, ...others]) shapes.named(schema, '')
  const messages: Record<string, object> = {}
  for (const { type, short, data } of taken)
    messages[`command.${type}`] = message(shapes, { kind: 'Command', type, summary: short, data })
  for (const [type, data] of answers)
    messages[`answer.${type}`] = message(shapes, {
      kind: 'Answer',
      type,
      summary: `Answers ${askers(taken, type)}.`,
      data,
    })
  for (const { type, short, data } of told)
    messages[`event.${type}`] = message(shapes, { kind: 'Event', type, summary: short, data })

  const operations: Record<string, object> = {}
  for (const { type, short, answers: own } of taken) {
    const replies = [...Object.keys(own).map((each) => `answer.${each}`), 'event.error']
    operations[type] = {
      action: 'receive',
      channel: { $ref: '#/channels/ws' },
      summary: short,
      messages: [inChannel(`command.${type}`)],
      reply: { channel: { $ref: '#/channels/ws' }, messages: replies.map(inChannel) },
    }
  }
  for (const { type, short } of told)
    operations[`on_${type}`] = {
      action: 'send',
      channel: { $ref: '#/channels/ws' },
      summary: short,
      messages: [inChannel(`event.${type}`)],
    }

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Veza Chat',
      version,
      description: `Text frames with one JSON object each: {"type", "id"?, "data"}. Close codes: ${Object.entries(close_codes).map(([name, code]) => `${code} ${name}`).join(', ')}.`, // prettier-ignore
    },
    defaultContentType: 'application/json',
    servers: { own: { host, pathname: '/ws', protocol, security: [inSchemes('bearer'), inSchemes('api_key')] } },
    channels: {
      ws: {
        address: '/ws',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations,
    components: {
      messages,
      schemas: shapes.all(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Or an `authenticate` frame, the subprotocol `bearer.<token>`, or `?ticket=`.',
        },
        api_key: { type: 'httpApiKey', name: 'X-API-Key', in: 'header', description: 'An API key, `veza_ak_...`.' },
      },
    },
  }
}

const inSchemes = (name: string) => ({ $ref: `#/components/securitySchemes/${name}` })
const inChannel = (name: string) => ({ $ref: `#/channels/ws/messages/${name}` })

const askers = (taken: readonly Exchange[], type: string): string =>
  taken.filter(({ answers }) => type in answers).map((each) => each.type).join(', ') // prettier-ignore

interface Said {
  kind: 'Command' | 'Answer' | 'Event'
  type: string
  summary: string
  data: TSchema
}

const message = (shapes: Shapes, { kind, type, summary, data }: Said) => ({
  name: type,
  summary,
  payload: {
    title: pascal(type) + kind,
    type: 'object',
    required: ['type', 'data'],
    properties: {
      type: { type: 'string', const: type },
      ...(kind !== 'Event' && { id: request_id }),
      data: shapes.named(data, `${pascal(type)}Data`),
    },
  },
})
