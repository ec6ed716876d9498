import { type Client, type ClientOptions, type Connection, open } from './connection.ts'
import type { Contract } from './contract.ts'
import { createLaws, type Laws } from './laws.ts'
import { actorOf, type Given, type Scenario } from './scenario.ts'
import type { Answer, Operator, Stage, Step } from './step.ts'
import { isObject } from './values.ts'
import { verbs } from './verbs.ts'

export interface Server {
  /** `http://host:port`. */
  url: string
  operator: Operator
  /** Sees every frame that comes. */
  watch?(frame: unknown): void
  /** What the connections go through, when a client library is to be held to the protocol. */
  client?(options: ClientOptions): Client
}

/** Plays one scenario with fresh accounts. Rejects, with a sentence that names the step, when the server does otherwise. Resolves to what the server has shown. */
export async function play(
  scenario: Scenario,
  { url, operator, watch, client }: Server,
  contract: Contract,
): Promise<Set<string>> {
  const nonce = crypto.randomUUID().slice(0, 8)
  const connections = new Map<string, Connection>()
  const laws = new Map<Connection, Laws>()
  let count = 0

  const rest = async (actor: string, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
    const account = stage.scope.get(actor)
    if (account === undefined && actor !== 'nobody') throw new Error(`there is no actor ${actor}`)
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(isObject(account) && { authorization: `Bearer ${String(account['token'])}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    const { data, error } = (text === '' ? {} : JSON.parse(text)) as Pick<Answer, 'data' | 'error'>
    return { status: response.status, headers: response.headers, data, error }
  }

  const stage: Stage = {
    url,
    scope: new Map<string, unknown>([['nonce', nonce]]),
    contract,
    connections,
    ignored: new Set(),
    owed: new Map(),
    seen: new Set(),
    operator,
    since: performance.now(),
    open: async (name, opening) => {
      const law = createLaws(name, contract.laws)
      const see = (frame: unknown, text: string) => {
        law.see(frame, text)
        watch?.(frame)
      }
      const connection = await open(url, name, opening, see, client)
      connections.set(name, connection)
      laws.set(connection, law)
      return connection
    },
    connection: (name) => {
      const found = connections.get(name)
      if (found === undefined) throw new Error(`${name} is not connected`)
      return found
    },
    nextId: () => ++count,
    rest,
    play: playSteps,
  }

  async function playSteps(steps: readonly Step[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      try {
        await verbs[step.verb]?.run(step, stage)
      } catch (cause) {
        throw new Error(`step ${index + 1}, ${step.verb} ${step.subject}: ${(cause as Error).message}`, { cause })
      }
      const broken = [...laws.values()].flatMap((law) => law.broken)
      if (broken.length > 0)
        throw new Error(
          `a law was broken by step ${index + 1}, ${step.verb} ${step.subject}: ${broken.join('\n      ')}`,
        )
      stage.since = performance.now()
    }
  }

  try {
    await Promise.all(Object.entries(scenario.actors).map(([name, role]) => register(stage, name, role)))
    await prepare(stage, scenario.given)
    await playSteps(scenario.steps)
    await settle(stage)
    const broken = [...laws.values()].flatMap((law) => law.broken)
    if (broken.length > 0) throw new Error(`a law was broken: ${broken.join('\n      ')}`)
    return stage.seen
  } finally {
    for (const connection of laws.keys()) connection.cut()
  }
}

async function register(stage: Stage, name: string, role: string): Promise<void> {
  const username = `${name}-${String(stage.scope.get('nonce'))}`
  const password = `the password of ${username}`
  const { status, data, error } = await stage.rest('nobody', 'POST', '/auth/register', { username, password })
  if (status !== 201) throw new Error(`${username} could not be registered: ${status} ${JSON.stringify(error)}`)
  const {
    access_token: token,
    refresh_token,
    user,
  } = data as { access_token: string; refresh_token: string; user: { id: number } }
  stage.scope.set(name, { id: user.id, username, password, token, refresh_token })
  if (role !== 'user') await stage.operator.promote?.(username, role)
}

/** The rooms, DMs and connections that a scenario begins with; every event of this has come when it begins. */
async function prepare(stage: Stage, { connected, rooms, dms }: Given): Promise<void> {
  for (const name of connected) await stage.play([{ verb: 'connect', subject: name }])
  for (const [name, { people, draft, joined }] of Object.entries(rooms)) {
    const [owner = '', ...others] = people
    const body = { name: `${name} of ${owner}-${String(stage.scope.get('nonce'))}`, is_public: true, ...draft }
    const { status, data, error } = await stage.rest(owner, 'POST', '/rooms', body)
    if (status !== 201) throw new Error(`the room could not be made: ${status} ${JSON.stringify(error)}`)
    const room = data as { id: number }
    stage.scope.set(name, room)
    const { id: user_id } = stage.scope.get(owner) as { id: number }
    const own = connected.filter((each) => actorOf(each) === owner)
    for (const each of own)
      await stage.play([{ verb: 'event', subject: `${each} member_joined`, where: { room_id: room.id, user_id } }])
    await enter(stage, room.id, { others: body.is_public ? [] : others, owner, joined })
    for (const person of others)
      if (body.is_public && !joined.some((each) => actorOf(each) === person)) await added(stage, owner, room.id, person)
  }
  for (const [name, [first, second]] of Object.entries(dms)) {
    const { id } = stage.scope.get(second) as { id: number }
    const opener = connected.find((each) => actorOf(each) === first)
    if (opener === undefined) throw new Error(`${first} must be connected to open a DM`)
    const steps: Step[] = [{ verb: 'send', subject: `${opener} create_dm`, data: { user_id: id }, reply: 'dm_created', save: { [name]: 'conversation_id' } }] // prettier-ignore
    await stage.play(steps)
    stage.scope.set(name, { id: stage.scope.get(name) })
  }
}

/** Each connection joins in turn, and those before it hear of somebody new. */
async function enter(
  stage: Stage,
  room_id: number,
  { others, owner, joined }: { others: string[]; owner: string; joined: string[] },
): Promise<void> {
  for (const person of others) await added(stage, owner, room_id, person)
  const present: string[] = []
  const members = new Set([owner, ...others])
  for (const name of joined) {
    await stage.play([{ verb: 'send', subject: `${name} join_room`, data: { room_id }, reply: 'room_joined' }])
    const person = actorOf(name)
    const { id } = stage.scope.get(person) as { id: number }
    if (!members.has(person)) {
      members.add(person)
      for (const witness of present)
        await stage.play([{ verb: 'event', subject: `${witness} member_joined`, where: { room_id, user_id: id } }])
    }
    present.push(name)
  }
}

/** Makes somebody a member without a connection of theirs. */
async function added(stage: Stage, owner: string, room_id: number, person: string): Promise<void> {
  const { id } = stage.scope.get(person) as { id: number }
  const { status, error } = await stage.rest(owner, 'POST', `/rooms/${room_id}/members`, { user_id: id })
  if (status >= 300) throw new Error(`${person} could not be added: ${status} ${JSON.stringify(error)}`)
}

/** Lets every connection that is still open come to rest, and fails for answers that nobody asked for. */
async function settle(stage: Stage): Promise<void> {
  for (const [name, connection] of stage.connections) {
    if (stage.ignored.has(name)) continue
    if (connection.closed() === null) {
      const id = `rest ${stage.nextId()}`
      connection.send(JSON.stringify({ type: 'ping', id, data: {} }))
      await connection.take('a pong at the end', (frame) => frame.id === id)
    }
    const stray = connection.frames.find(
      ({ frame, taken }) => !taken && (frame.id !== undefined || frame.type.endsWith('error')),
    )
    if (stray !== undefined)
      throw new Error(`${name} got an answer that was not asked for: ${JSON.stringify(stray.frame).slice(0, 800)}`)
  }
  const [owed] = stage.owed.keys()
  if (owed !== undefined) throw new Error(`the scenario never looked at the answer "${owed}"`)
}
