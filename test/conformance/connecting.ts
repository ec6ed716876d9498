import { type Opening, upgradeStatus } from './connection.ts'
import { mismatches } from './match.ts'
import { checkCode, judgeAnswer, outcomeFields, words } from './outcome.ts'
import type { Stage, Step, Verb } from './step.ts'
import { fill } from './values.ts'

const ways = ['frame', 'header', 'subprotocol', 'ticket']

/** How to open the socket, for somebody who says who they are while opening it. */
async function openingOf(
  { via = 'frame', headers, ticket }: Step,
  stage: Stage,
  actor: string,
  token: unknown,
): Promise<Opening> {
  const given = fill(headers ?? {}, stage.scope) as Record<string, string>
  switch (via) {
    case 'header':
      return { headers: { ...given, authorization: `Bearer ${String(token)}` } }
    case 'subprotocol':
      return { headers: given, protocols: ['veza.v1', `bearer.${String(token)}`] }
    case 'ticket':
      return {
        headers: given,
        query: `ticket=${String(ticket === undefined ? await newTicket(stage, actor) : fill(ticket, stage.scope))}`,
      }
    default:
      return { headers: given }
  }
}

async function newTicket(stage: Stage, actor: string): Promise<unknown> {
  const { data } = await stage.rest(actor, 'POST', '/auth/ws-ticket')
  return (data as { ticket?: unknown } | null)?.ticket
}

export const connectVerb: Verb = {
  short: 'An actor opens a connection and authenticates: `connect: ada`, or `connect: ada.2` for one more.',
  takes: ['via', 'token', 'ticket', 'headers', 'authenticate', ...outcomeFields.filter((field) => field !== 'reply')],
  expects: ({ error, match }) => error !== undefined || match !== undefined,
  check: ({ via = 'frame', error }, contract) => {
    if (!ways.includes(String(via))) throw new Error(`via is one of ${ways.join(', ')}`)
    if (error !== undefined) checkCode(error, contract)
  },
  run: async (step, stage) => {
    const [name = ''] = words(step.subject, 1)
    const actor = name.split('.')[0] ?? name
    const token = fill(step['token'] ?? `$${actor}.token`, stage.scope)
    const connection = await stage.open(name, await openingOf(step, stage, actor, token))
    const outcome = { ...step, ...(step['error'] === undefined && { reply: 'auth_success' }) }
    const isFrame = (step['via'] ?? 'frame') === 'frame'
    const id = isFrame ? stage.nextId() : undefined
    if (isFrame) {
      const data = { token, ...(fill(step['authenticate'] ?? {}, stage.scope) as object) }
      connection.send(JSON.stringify({ type: 'authenticate', id, data }))
    }
    await judgeAnswer(stage, connection, outcome, {
      command: 'authenticate',
      isAnswer: (frame) => frame.id === id && (isFrame || frame.type.startsWith('auth_')),
      refusal: 'auth_error',
    })
  },
}

export const openVerb: Verb = {
  short: 'A socket is opened and says nothing; `refused` is the HTTP status of an upgrade that must fail.',
  takes: ['headers', 'protocols', 'query', 'refused'],
  expects: ({ refused }) => refused !== undefined,
  run: async ({ subject, headers, protocols, query, refused }, stage) => {
    const opening = fill({ headers, protocols, query }, stage.scope) as Opening
    if (refused === undefined) {
      await stage.open(subject, opening)
      return
    }
    const wrong = mismatches(refused, await upgradeStatus(stage.url, opening), 'status')
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    stage.seen.add(`upgrade ${JSON.stringify(refused)}`)
  },
}
