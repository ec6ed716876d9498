// What clients may send and hear, as types: of the AsyncAPI document and of the OpenAPI document.
import { describeServer } from '../src/app/documents.ts'
import { defaults } from '../src/platform/config/index.ts'
import { declarations, typeOf } from './types.ts'

interface AsyncDocument {
  components: { schemas: Record<string, object>; messages: Record<string, { summary: string; payload: Payload }> }
  operations: Record<string, { action: string; summary: string; reply?: { messages: { $ref: string }[] } }>
}
interface Payload {
  properties: { data: object }
}

const documents = describeServer(defaults)

/** `protocol.gen.ts`: each command with its data and answers, each event, each shape that they name. */
export async function protocolTypes(): Promise<string> {
  const { components, operations } = documents['/asyncapi.json']() as AsyncDocument
  const said = (kind: string) =>
    Object.entries(components.messages)
      .filter(([name]) => name.startsWith(`${kind}.`))
      .map(([name, message]) => ({ type: name.slice(kind.length + 1), ...message }))
  const fields = (kind: string) =>
    said(kind).map(({ type, summary, payload }) => `/** ${summary} */\n${type}: ${typeOf(payload.properties.data)}\n`)
  const replies = Object.entries(operations)
    .filter(([, { action }]) => action === 'receive')
    .map(([type, { reply }]) => {
      const own = (reply?.messages ?? []).map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1))
      const answers = own.filter((each) => each.startsWith('answer.') && each !== 'answer.auth_error')
      return `${type}: ${answers.map((each) => `'${each.slice(7)}'`).join(' | ') || 'never'}\n`
    })
  return await formatted(`${origin('the AsyncAPI document')}
${declarations(components.schemas)}
/** One's own account. */
export type User = OwnUser

/** What each command carries. */
export interface CommandData {\n${fields('command').join('')}}

/** What each answer carries. */
export interface AnswerData {\n${fields('answer').join('')}}

/** What each event carries. */
export interface EventData {\n${fields('event').join('')}}

/** Which answers a command has, beside \`error\`. */
export interface Answers {\n${replies.join('')}}

export type CommandType = keyof CommandData
export type EventType = keyof EventData
/** What a command resolves to: undefined for those without an answer. */
export type ReplyOf<C extends CommandType> = [Answers[C]] extends [never] ? undefined : AnswerData[Answers[C]]
export type ErrorCode = ErrorData['code']
`)
}

interface RestDocument {
  components: { schemas: Record<string, object>; parameters: Record<string, Parameter> }
  paths: Record<string, Record<string, Operation>>
}
interface Parameter {
  $ref?: string
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: object
}
interface Operation {
  summary: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, { schema: object }> }
  responses: Record<string, { content?: Record<string, { schema: { properties?: { data?: object } } }> }>
}

/** `rest.gen.ts`: each request with what it takes and answers, each shape that they name. */
export async function restTypes(): Promise<string> {
  const { components, paths } = documents['/openapi.json']() as RestDocument
  const prefix = '/api/v1'
  const requests = Object.entries(paths)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, operation]) =>
          `/** ${operation.summary}. */\n'${method.toUpperCase()} ${path.slice(prefix.length)}': ${request(operation)}`,
      ),
    )
  return await formatted(`${origin('the OpenAPI document')}
${declarations(components.schemas)}
/** By method and path under \`/api/v1\`. */
export interface Requests {\n${requests.join('\n')}\n}
`)
}

function request({ parameters = [], requestBody, responses }: Operation): string {
  const named = (place: Parameter['in']) => parameters.filter((each) => each.in === place)
  const fields = (place: Parameter['in']) =>
    named(place).map(({ name, required, description, schema }) => {
      const said = description === undefined ? '' : `/** ${description.replaceAll('*/', '* /')} */\n`
      return `${said}${name}${required ? '' : '?'}: ${typeOf(schema)}\n`
    })
  const parts: string[] = []
  if (named('path').length > 0) parts.push(`path: {\n${fields('path').join('')}}`)
  if (named('query').length > 0)
    parts.push(`query${named('query').some((each) => each.required) ? '' : '?'}: {\n${fields('query').join('')}}`)
  const body = requestBody?.content['application/json']?.schema
  if (body !== undefined) parts.push(`body${requestBody?.required ? '' : '?'}: ${typeOf(body)}`)
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => {
      const schema = content?.['application/json']?.schema
      return schema === undefined ? 'undefined' : typeOf(schema.properties?.data)
    })
  parts.push(`answer: ${[...new Set(answers)].join(' | ')}`)
  return `{\n${parts.join('\n')}\n}`
}

const origin = (what: string) => `// Written by \`bun run generate\` from ${what} of the server.\n`

/** As the formatter would have it, so that the two checks agree. */
async function formatted(text: string): Promise<string> {
  const process = Bun.spawn([Bun.argv[0] ?? 'bun', 'node_modules/oxfmt/bin/oxfmt', '--stdin-filepath=types.ts'], {
    cwd: `${import.meta.dir}/..`,
    stdin: new Blob([text]),
    stdout: 'pipe',
  })
  const out = await new Response(process.stdout).text()
  if ((await process.exited) !== 0) throw new Error('The formatter refused the generated types.')
  return out
}
