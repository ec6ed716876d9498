import { alike, linesOf, shown, within } from '../../services/alike.ts'
import { type Client, connect, type Frame } from '../../services/client.ts'
import type { Account, TestServer } from '../../services/server.ts'

export interface World {
  server: TestServer
  people: Record<string, Account>
  /** Stops the server, once. */
  stop(): Promise<void>
}

export interface Played {
  document: string
  /** The types of frames that went to the server, of its answers, and of its events. */
  sent: Set<string>
  answered: Set<string>
  told: Set<string>
}

/**
 * Plays the exchanges of a document against a live server. In a fenced block `frames`, a line begins with
 *
 * - `->` a frame that ada sends, `bob ->` one of the connection "bob"; a token is written `"<bob's access token>"`;
 * - `<-` a frame that comes to ada (`bob <-` to bob): the answer to its `id`, or without one the event that is not shown yet; of a new example, where only some
 *   fields are written, the first that has them. Either may go on over the following lines;
 * - `* bob connects`, `* bob closes`, `* bob closed 4400` what happens to a connection, `* bob: PUT /rooms/1 {...}` what somebody does over REST,
 *   `* the log of room 1 loses a position`, `* the server stops`.
 */
export async function play({ server, people, stop }: World, document: string): Promise<Played> {
  const clients = new Map<string, Client>()
  const shownBefore = new WeakSet<Frame>()
  const played = { sent: new Set<string>(), answered: new Set<string>(), told: new Set<string>() }
  let out = ''
  let from = 0
  for (const block of document.matchAll(/^```frames\n([\s\S]*?)^```$/gm)) {
    const lines = []
    for (const line of linesOf(block[1] ?? '')) lines.push(await happen(line))
    out += `${document.slice(from, block.index)}\`\`\`frames\n${lines.join('\n')}\n\`\`\``
    from = block.index + block[0].length
  }
  for (const client of clients.values()) if (!client.isClosed()) await client.close()
  return { document: out + document.slice(from), ...played }

  async function happen(line: string): Promise<string> {
    const {
      who = 'ada',
      act,
      text = '',
    } = /^(?:(?<who>\w+) )?(?<act>->|<-|\*) (?<text>[\s\S]*)$/.exec(line)?.groups ?? {}
    if (act === '*') {
      await change(text)
      return line
    }
    const client = clients.get(who)
    if (client === undefined) throw new Error(`nobody is connected for: ${line}`)
    if (act === '->') {
      played.sent.add((JSON.parse(text) as Frame).type)
      client.raw(text.replaceAll(/"<(\w+)'s access token>"/g, (_, name: string) => `"${people[name]?.token}"`))
      await threadNewsOf(client, JSON.parse(text) as Frame)
      return line
    }
    const said = JSON.parse(text) as Frame
    const got = said.id === undefined ? await event(client, said) : await answer(client, said)
    played[got.id === undefined ? 'told' : 'answered'].add(got.type)
    const arrow = who === 'ada' ? '<- ' : `${who} <- `
    return arrow + (alike(said, got) ? text : shown(got, arrow.length))
  }

  /** News of a thread say how it is when they are told: what comes next in the document would be in them. */
  async function threadNewsOf(client: Client, { type, data }: Frame): Promise<void> {
    const parent_id = type === 'send_message' ? data['parent_id'] : undefined
    if (parent_id === undefined) return
    await client.until('the news of a thread', () =>
      client.events.find((each) => each.type === 'thread_updated' && each.data['parent_id'] === parent_id),
    )
  }

  function answer(client: Client, said: Frame): Promise<Frame> {
    return client.until(`the answer to ${said.id}`, () => client.frames.find(({ id }) => id === said.id))
  }

  async function event(client: Client, said: Frame): Promise<Frame> {
    const find = (fits: (said: unknown, data: unknown) => boolean) =>
      client.events.find((each) => each.type === said.type && !shownBefore.has(each) && fits(said.data, each.data))
    const got = await client
      .until(`${said.type} as shown`, () => find(alike), 5_000)
      .catch((cause: unknown) => {
        const other = find(within) ?? find(() => true)
        if (other === undefined) throw cause
        return other
      })
    shownBefore.add(got)
    return got
  }

  async function change(text: string): Promise<void> {
    const {
      name = '',
      line = '',
      body,
    } = /^(?<name>\w+): (?<line>\S+ \S+)(?: (?<body>[\s\S]*))?$/.exec(text)?.groups ?? {}
    if (name !== '') {
      const { status, error } = await server.ask(line, body && JSON.parse(body), people[name]?.token)
      if (status >= 300) throw new Error(`${text}: ${status} ${JSON.stringify(error)}`)
      return
    }
    const [, lossy] = /^the log of room (\d+) loses a position$/.exec(text) ?? []
    if (lossy !== undefined) {
      await server.sql`update conversations set last_seq = last_seq + 1 where id = ${lossy}`
      return
    }
    // What its clients hear meanwhile is shown, so nobody waits for its end here.
    if (text === 'the server stops') return void stop()
    const [who = '', verb = '', code] = text.split(' ')
    const client = clients.get(who)
    if (verb === 'connects') clients.set(who, await connect(server))
    else if (verb === 'closes') await client?.close()
    else if (verb === 'closed') {
      const closed = (await client?.closed()) ?? { code: 0 }
      if (closed.code !== Number(code)) throw new Error(`${who} closed with ${closed.code}, not with ${code}`)
    } else throw new Error(`what is "${text}"?`)
  }
}
