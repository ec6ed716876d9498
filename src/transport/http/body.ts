import { AppError } from '../../kernel/errors.ts'

/** JSON nested deeper is refused: nothing here needs it, and code that walks values must not run out of stack. */
const max_depth = 32

/**
 * The JSON object of a request; `{}` without a body, so that what is missing is said field by field.
 * Throws `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `MALFORMED_FRAME` for what is not a JSON object, and
 * `VALIDATION_FAILED` for text that PostgreSQL cannot hold.
 */
export async function readJson(request: Request, max_bytes: number): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, max_bytes).catch((cause: unknown) => {
    // A client that hangs up midway, or goes on with what is no chunk, is no failure of ours, and nobody reads the answer.
    throw cause instanceof AppError ? cause : new AppError('MALFORMED_FRAME')
  })
  if (bytes.length === 0) return {}
  if (!isJson(request.headers)) throw new AppError('UNSUPPORTED_MEDIA_TYPE')
  const body = parse(bytes)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new AppError('MALFORMED_FRAME')
  inspect(body)
  return body as Record<string, unknown>
}

function isJson(headers: Headers): boolean {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';')
  const charset =
    parameters.map((parameter) => /^\s*charset="?([^"\s]*)"?\s*$/.exec(parameter)?.[1]).find(Boolean) ?? 'utf-8'
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity'
  return (
    /^\s*application\/(?:[\w.-]+\+)?json\s*$/.test(type) &&
    (charset === 'utf-8' || charset === 'utf8') &&
    encoding === 'identity'
  )
}

/** Believes an announced length, which HTTP enforces, and counts what arrives in a chunked body, which announces none. */
async function readBytes(request: Request, max_bytes: number): Promise<Uint8Array> {
  const over = (length: number) => max_bytes > 0 && length > max_bytes
  const announced = request.headers.get('content-length')
  if (announced !== null && over(Number(announced))) throw new AppError('PAYLOAD_TOO_LARGE', { max_bytes })
  if (request.body === null) return new Uint8Array()
  if (announced !== null) return request.bytes()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.length
    if (over(length)) throw new AppError('PAYLOAD_TOO_LARGE', { max_bytes })
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    // SyntaxError for JSON, TypeError for UTF-8, RangeError for a stack that ran out.
    if (cause instanceof SyntaxError || cause instanceof TypeError || cause instanceof RangeError)
      throw new AppError('MALFORMED_FRAME')
    throw cause
  }
}

/** Walks without recursion. PostgreSQL holds neither NUL nor half a surrogate pair. */
function inspect(body: object): void {
  const waiting: { value: unknown; field: string; depth: number }[] = [{ value: body, field: '', depth: 1 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, field, depth } = next
    if (typeof value === 'string') refuseUnstorable(value, field)
    else if (typeof value === 'object' && value !== null) {
      if (depth > max_depth) throw new AppError('MALFORMED_FRAME', { max_depth })
      makeWritable(value)
      for (const [key, inner] of Object.entries(value)) {
        refuseUnstorable(key, field)
        if (typeof inner === 'string' || (typeof inner === 'object' && inner !== null)) {
          waiting.push({ value: inner, field: depth === 1 ? key : `${field}.${key}`, depth: depth + 1 })
        }
      }
    }
  }
}

/** Elysia writes a value that does not fit into its error as text, which one with a `toString` of its own would not be. */
function makeWritable(value: object): void {
  if (Object.hasOwn(value, 'toString')) Object.defineProperty(value, Symbol.toPrimitive, { value: () => '' })
}

function refuseUnstorable(text: string, field: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new AppError('VALIDATION_FAILED', [
      { field: field.toWellFormed().replaceAll('\0', ''), reason: 'must be valid Unicode text without NUL' },
    ])
  }
}
