type Part = Record<string, unknown>

export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Part> }
}
interface Operation {
  operationId: string
  security?: Part[]
  parameters?: Part[]
  requestBody?: { content: Record<string, { schema: Part }> }
}

/** What is not asked of the server while it is fuzzed, by the address, and why. */
export const excluded: readonly { line: RegExp; because: string; never?: true }[] = [
  { line: /^POST \/api\/v1\/auth\/logout(-all)?$/, because: 'it ends the session that asks' },
  { line: /^DELETE \/api\/v1\/auth\/sessions/, because: 'it may end the session that asks' },
  { line: /^DELETE \/api\/v1\/users\/me$/, because: 'it deletes whoever asks' },
  { line: /^\w+ \/api\/v1\/auth\/2fa\//, because: 'with a second factor half turned on, the rest may be refused' },
  { line: /^POST \/api\/v1\/admin\/drain$/, because: 'it stops the server', never: true },
  { line: /^(PUT|POST|DELETE) \/api\/v1\/admin\/users\/\{id\}/, because: 'it may lower or end whoever asks' },
]

/** The ids of operations that are left out of a run of all. */
export const withoutIn = (document: Document): string[] => among(document, excluded)

/** Those of them that are asked in a run of their own, by somebody who may lose the session. */
export const aloneIn = (document: Document): string[] =>
  among(
    document,
    excluded.filter(({ never }) => never === undefined),
  )

const among = (document: Document, lines: typeof excluded): string[] =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => lines.some(({ line }) => line.test(`${method.toUpperCase()} ${path}`)))
      .map(([, { operationId }]) => operationId),
  )

/** What there is, by the words with which parameters and fields name it. */
export type Known = Record<'rooms' | 'users' | 'messages' | 'conversations', (number | string)[]>

const subjects: readonly { name: RegExp; of: keyof Known }[] = [
  { name: /^(room_id|.*rooms\/)$/, of: 'rooms' },
  { name: /^(user_id|author_id|user1_id|user2_id|.*users\/)$/, of: 'users' },
  { name: /^(message_id|parent_id|before_id|after_id|parent_message_id|reply_to|.*messages\/)$/, of: 'messages' },
  { name: /^(conversation_id|.*conversations\/)$/, of: 'conversations' },
]

/**
 * The document with what there is among the values of parameters and fields. It allows the same as before; but a fuzzer that has to guess an id never gets past
 * "there is no such room".
 */
export function enriched(document: Document, known: Known): Document {
  const copy = structuredClone(document)
  for (const [path, operations] of Object.entries(copy.paths)) {
    for (const operation of Object.values(operations)) {
      // It comes with a token; a key or a cookie of chance beside it would only be refused.
      operation.security = operation.security?.filter((each) => !('apiKey' in each || 'refreshCookie' in each)) ?? []
      for (const parameter of operation.parameters ?? []) {
        const name = String(parameter['name'])
        const before = path.slice(0, Math.max(0, path.indexOf(`{${name}}`)))
        if ('schema' in parameter) parameter['schema'] = wider(parameter['schema'] as Part, [name, before], known)
      }
      const body = operation.requestBody?.content['application/json']?.schema
      const schema = copy.components.schemas[String(body?.['$ref']).split('/').at(-1) ?? '']
      const fields = (schema?.['properties'] ?? {}) as Record<string, Part>
      for (const [name, field] of Object.entries(fields)) fields[name] = wider(field, [name], known)
    }
  }
  return copy
}

function wider(schema: Part, words: string[], known: Known): Part {
  const subject = subjects.find(({ name }) => words.some((word) => name.test(word)))
  const values = subject === undefined ? [] : known[subject.of].filter((value) => fits(schema, value))
  return values.length === 0 ? schema : { anyOf: [{ enum: values }, schema] }
}

/** Only where it is allowed already: a slug is no id. */
function fits(schema: Part, value: number | string): boolean {
  if (Array.isArray(schema['anyOf'])) return (schema['anyOf'] as Part[]).some((each) => fits(each, value))
  if ('const' in schema || '$ref' in schema || 'enum' in schema || 'pattern' in schema) return false
  return schema['type'] === (typeof value === 'string' ? 'string' : 'integer')
}
