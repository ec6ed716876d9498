import { alike, isFields, linesOf, shown } from '../../services/alike.ts'
import { httpContract, type OpenApi } from '../../services/http-contract.ts'
import { codeAt } from '../../features/accounts/authenticator.ts'

export interface Played {
  document: string
  /** `GET /api/v1/rooms`, as the requests have it, each with its status. */
  asked: { method: string; path: string; status: number }[]
}

interface Message {
  first: string
  headers: [string, string][]
  body: string | undefined
}

type Fields = Record<string, unknown>

/** Secrets, by the name of their field: what stands for them in the document is known to the requests that follow. */
const secrets: Readonly<Record<string, string>> = {
  access_token: 'access token',
  refresh_token: 'refresh token',
  ticket: 'ticket',
  secret: 'secret',
  otpauth_url: 'otpauth URL',
  qr_code: 'QR code',
  backup_codes: 'backup code',
  reset_token: 'reset token',
  key: 'key',
}

const placeholder = /^<([^<>]+)>$/

/**
 * Plays the requests of a document against a live server, one after the other. In a fenced block `http`, a line begins with
 *
 * - `->` a request of ada (`bob ->` of bob, `nobody ->` of nobody): method and address, then headers, a line each, then the body. Whoever is named signs with the
 *   access token that the document has shown last for them, unless the request has a header of its own for it;
 * - `<-` its answer: the status, those headers that matter here, and the body.
 *
 * What is never the same, or secret, has a name in angle brackets: `"<ada's access token>"`. An answer gives it its value, and what follows has that value by
 * its name; `<a code of ada's app>` is computed from `<ada's secret>`.
 */
export async function play(url: string, document: string, known: Map<string, string>): Promise<Played> {
  const contract = httpContract((await (await fetch(`${url}/openapi.json`)).json()) as OpenApi)
  const asked: Played['asked'] = []
  let last: { who: string; response: Response; text: string } | undefined
  /** A code of an app is good once: the one of the step before, of this one, of the next. */
  let step = -1
  let out = ''
  let from = 0
  for (const block of document.matchAll(/^```http\n([\s\S]*?)^```$/gm)) {
    const lines: string[] = []
    for (const line of linesOf(block[1] ?? '')) {
      const { who = 'ada', arrow, text = '' } = /^(?:(?<who>\w+) )?(?<arrow>->|<-) (?<text>[\s\S]*)$/.exec(line)?.groups ?? {} // prettier-ignore
      if (arrow === undefined) throw new Error(`what is "${line}"?`)
      if (arrow === '->') await ask(who, messageOf(text))
      lines.push(arrow === '->' ? line : `<- ${answer(messageOf(text), text)}`)
    }
    out += `${document.slice(from, block.index)}\`\`\`http\n${lines.join('\n')}\n\`\`\``
    from = block.index + block[0].length
  }
  return { document: out + document.slice(from), asked }

  function valueOf(name: string): string {
    const [, app] = /^a code of (\w+)'s app$/.exec(name) ?? []
    if (app !== undefined) return codeAt(known.get(`${app}'s secret`) ?? '', new Date(), step++)
    const value = known.get(name)
    if (value === undefined) throw new Error(`nothing has shown <${name}> yet`)
    return value
  }

  async function ask(who: string, { first, headers, body }: Message): Promise<void> {
    const filled = (text: string) => text.replaceAll(/<([^<>]+)>/g, (_, name: string) => valueOf(name))
    const [method = '', path = ''] = filled(first).split(/ (.*)/)
    const request = new Headers(headers.map(([name, value]): [string, string] => [name, filled(value)]))
    if (!request.has('user-agent')) request.set('user-agent', 'curl/8.14.1')
    if (body !== undefined) request.set('content-type', 'application/json')
    if (who !== 'nobody' && !request.has('authorization') && !request.has('x-api-key'))
      request.set('authorization', `Bearer ${valueOf(`${who}'s access token`)}`)
    const response = await fetch(`${url}${path}`, { method, headers: request, ...(body !== undefined && { body: filled(body) }) }) // prettier-ignore
    const text = await response.text()
    const { status } = response
    asked.push({ method, path, status })
    const breach = contract({ method, path, status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }) // prettier-ignore
    if (breach !== null) throw new Error(`${method} ${path}: ${breach}`)
    last = { who, response, text }
  }

  /** As it is written, when it is alike; else as it is. */
  function answer(said: Message, text: string): string {
    if (last === undefined) throw new Error(`nothing was asked before: ${text}`)
    const { who, response } = last
    const wanted: unknown = said.body === undefined ? undefined : JSON.parse(said.body)
    const body: unknown = last.text === '' ? undefined : JSON.parse(last.text)
    const user = isFields(body) && isFields(body['data']) && isFields(body['data']['user']) ? body['data']['user'] : {}
    const got = masked(wanted, body, '', typeof user['username'] === 'string' ? user['username'] : who)
    const headers = said.headers.map(([name, value]): [string, string] => {
      const is = masked(value, response.headers.get(name) ?? 'none', name, who) as string
      return [name, plain(name, value) === plain(name, is) ? value : is]
    })
    const head = [String(response.status), ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
    const same = said.first === String(response.status) && headers.every(([name, value], at) => said.headers[at]?.join() === `${name},${value}`) // prettier-ignore
    if (same && alike(wanted, got)) return text
    return got === undefined ? head : `${head}\n${shown(got, 0, 1)}`
  }

  /** What was got, with the names of what is secret or never the same in its place. */
  function masked(said: unknown, got: unknown, key: string, who: string, index?: number): unknown {
    if (Array.isArray(got))
      return got.map((each, at) => masked(Array.isArray(said) ? said[at] : undefined, each, key, who, at))
    if (isFields(got)) {
      const written = isFields(said) ? said : {}
      const fields = Object.entries(got).map(([name, each]) => [name, masked(written[name], each, name, who)])
      return { ...(Object.fromEntries(fields) as Fields), ...auditId(written, got) }
    }
    if (typeof got !== 'string') return got
    const label = secrets[key]
    const name = placeholder.exec(typeof said === 'string' ? said : '')?.[1]
    if (label !== undefined) return learn(name ?? `${who}'s ${label}${index === undefined ? '' : ` ${index + 1}`}`, got)
    for (const [each, value] of known) {
      if (value === got && (value.length > 12 || each === name)) return `<${each}>`
      if (value.length > 20 && got.includes(value)) return got.replace(value, `<${each}>`)
    }
    return name === undefined || known.has(name) ? got : learn(name, got)
  }

  function learn(name: string, value: string): string {
    known.set(name, value)
    return `<${name}>`
  }
}

/** Refusals come into the trail when there is time for them, so its numbers are not the same at each run. */
const auditId = (said: Fields, got: Fields): Fields =>
  'action' in got && 'outcome' in got && typeof said['id'] === 'number' ? { id: said['id'] } : {}

/** A header without what is different at each run. */
function plain(name: string, value: string): string {
  if (/^(x-)?ratelimit|^retry-after$/i.test(name)) return value.replaceAll(/\d+/g, '0')
  if (/^etag$/i.test(name)) return value.replace(/"[\w-]{22}"/, '"..."')
  return value.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uuid')
}

/** A first line, headers, and a body from its brace on. */
function messageOf(text: string): Message {
  const at = text.search(/[ \n]\{/)
  const [first = '', ...lines] = (at === -1 ? text : text.slice(0, at)).trim().split('\n')
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]) // prettier-ignore
  return { first: first.trim(), headers, body: at === -1 ? undefined : text.slice(at + 1) }
}
