import type { TSchema } from '@sinclair/typebox'

import { close_codes } from './close-codes.ts'
import type { Command, EventSpec } from './command.ts'
import { type Exchange, ownCommands, ownEvents } from './protocol.ts'

export interface Described {
  commands: readonly Command[]
  events: readonly EventSpec[]
  version: string
  /** Where clients connect, such as `chat.example.com`. */
  host: string
  protocol: 'ws' | 'wss'
}

const request_id = { oneOf: [{ type: 'string', maxLength: 128 }, { type: 'number' }], description: 'Yours to choose; the answer carries it.' } // prettier-ignore

/** The protocol of `/ws` as an AsyncAPI 3.0 document, made from the schemas that check and declare it. */
export function asyncapi({ commands, events, version, host, protocol }: Described): object {
  const taken: Exchange[] = [...ownCommands, ...commands]
  const told = [...ownEvents, ...events]
  const answers = new Map(taken.flatMap((command) => Object.entries(command.answers)))
  const messages: Record<string, object> = {}
  for (const { type, short, data } of taken) messages[`command.${type}`] = message(type, short, data)
  for (const [type, data] of answers)
    messages[`answer.${type}`] = message(type, `Answers ${askers(taken, type)}.`, data)
  for (const { type, short, data } of told) messages[`event.${type}`] = message(type, short, data)

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
    servers: { own: { host, pathname: '/ws', protocol, security: [{ $ref: '#/components/securitySchemes/bearer' }] } },
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
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Or an `authenticate` frame, the subprotocol `bearer.<token>`, or `?ticket=`.',
        },
      },
    },
  }
}

const inChannel = (name: string) => ({ $ref: `#/channels/ws/messages/${name}` })

const askers = (taken: readonly Exchange[], type: string): string =>
  taken.filter(({ answers }) => type in answers).map((each) => each.type).join(', ') // prettier-ignore

const message = (type: string, summary: string, data: TSchema) => ({
  name: type,
  summary,
  payload: {
    type: 'object',
    required: ['type', 'data'],
    properties: { type: { const: type }, id: request_id, data: JSON.parse(JSON.stringify(data)) as object },
  },
})
