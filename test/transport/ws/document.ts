import { type Client, connect, type Frame } from '../../services/client.ts'
import type { Account, TestServer } from '../../services/server.ts'

/**
 * Plays the exchanges of a document against a live server. In a fenced block `frames`, a line begins with
 *
 * - `->` a frame that ada sends, `bob ->` one that bob sends; `<- ` a frame that comes next to ada (`bob <-` to bob), as a reply when it has an
 *   id, else as an event; either may go on over the following lines;
 * - `* ada connects`, `* bob closes`, `* closed 4400` what happens to a connection.
 */
export async function play(server: TestServer, people: Record<string, Account>, document: string): Promise<string> {
  const clients = new Map<string, Client>()
  let out = ''
  let from = 0
  for (const block of document.matchAll(/^```frames\n([\s\S]*?)^```$/gm)) {
    const lines = []
    for (const line of linesOf(block[1] ?? '')) lines.push(await happen(line))
    out += `${document.slice(from, block.index)}\`\`\`frames\n${lines.join('\n')}\n\`\`\``
    from = block.index + block[0].length
  }
  for (const client of clients.values()) if (!client.isClosed()) await client.close()
  return out + document.slice(from)

  async function happen(line: string): Promise<string> {
    const { who = 'ada', act, text } = /^(?:(?<who>\w+) )?(?<act>->|<-|\*) (?<text>[\s\S]*)$/.exec(line)?.groups ?? {}
    if (act === '*') {
      await change(text ?? '')
      return line
    }
    const client = clients.get(who)
    if (client === undefined || text === undefined) throw new Error(`nobody is connected for: ${line}`)
    if (act === '->') {
      client.raw(text.replaceAll(/"<(\w+)'s access token>"/g, (_, name: string) => `"${people[name]?.token}"`))
      return line
    }
    const said = JSON.parse(text) as Frame
    const got =
      said.id === undefined
        ? await client.next(said.type)
        : await client.until(`the answer to ${line}`, () => client.frames.find(({ id }) => id === said.id))
    return `${who === 'ada' ? '' : `${who} `}<- ${alike(said, got) ? text : shown(got)}`
  }

  async function change(text: string): Promise<void> {
    const [who = '', verb = ''] = text.split(' ')
    if (verb === 'connects') clients.set(who, await connect(server))
    else if (verb === 'closes') await clients.get(who)?.close()
    else if (who === 'closed') {
      const { code } = (await clients.get('ada')?.closed()) ?? { code: 0 }
      if (code !== Number(verb)) throw new Error(`closed with ${code}, not with ${verb}`)
    } else throw new Error(`what is "${text}"?`)
  }
}

const linesOf = (block: string) => block.trimEnd().split(/\n(?=(?:\w+ )?(?:->|<-|\*) )/)

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Equal, except that times, uuids and waiting times are different at each run. */
export function alike(said: unknown, got: unknown, key = ''): boolean {
  if (typeof said === 'string' && typeof got === 'string')
    return said === got || [time, uuid].some((kind) => kind.test(said) && kind.test(got))
  if (typeof said === 'number' && typeof got === 'number')
    return said === got || key === 'retry_after' || key === 'reconnect_in_ms'
  if (Array.isArray(said) && Array.isArray(got))
    return said.length === got.length && said.every((each, index) => alike(each, got[index]))
  if (typeof said === 'object' && typeof got === 'object' && said !== null && got !== null) {
    const [fields, values] = [said as Record<string, unknown>, got as Record<string, unknown>]
    const names = Object.keys(fields)
    return (
      names.toSorted().join() === Object.keys(values).toSorted().join() &&
      names.every((name) => alike(fields[name], values[name], name))
    )
  }
  return said === got
}

/** A frame as people read it: on one line if it fits, else one field of `data` after the other, wrapped. */
function shown(frame: Frame): string {
  const spaced = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    return `{${Object.entries(value)
      .map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`)
      .join(', ')}}`
  }
  const whole = spaced(frame)
  if (whole.length <= 150) return whole
  let [text, width] = ['', 0]
  for (const part of whole.split(/(?<=, )(?=")/)) {
    if (width + part.length > 150) {
      text = `${text.trimEnd()}\n     `
      width = 5
    }
    text += part
    width += part.length
  }
  return text
}
