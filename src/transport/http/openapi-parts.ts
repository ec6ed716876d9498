import { type ErrorCode, errors } from '../../kernel/errors.ts'

type Part = Record<string, unknown>

/** What clients do not meet over HTTP, or only where a socket is opened. */
const elsewhere: ReadonlySet<string> = new Set([
  'UNKNOWN_COMMAND',
  'AUTH_TIMEOUT',
  'CONNECTION_LIMIT_EXCEEDED',
  'UPGRADE_REQUIRED',
  'TOKEN_IN_ADDRESS',
])

const codesOf = (status: number): ErrorCode[] =>
  (Object.keys(errors) as ErrorCode[]).filter((code) => errors[code].status === status && !elsewhere.has(code))

const titles: Readonly<Record<number, [string, string]>> = {
  400: ['BadRequest', 'Not a JSON object, not UTF-8, nested too deep, or a bad `%` in the address.'],
  401: ['Unauthorized', 'Nobody has signed in, or no longer.'],
  403: ['Forbidden', 'Whoever asks may not do this.'],
  404: ['NotFound', 'There is no such thing, or it may not be seen by who asks.'],
  409: ['Conflict', 'What is there stands against it; `details` say what.'],
  413: ['PayloadTooLarge', 'The body is larger than `server.max_body_size`.'],
  415: ['UnsupportedMediaType', 'The body is not JSON.'],
  422: ['UnprocessableContent', 'The request is well-formed and does not fit; `details` name each field.'],
  429: ['TooManyRequests', 'Too much of it; `Retry-After` says when it goes on.'],
  503: ['ServiceUnavailable', 'The server is draining, or its database is away; ask again.'],
}

export const errorStatuses = Object.keys(titles).map(Number)

/** By status, what the runtime answers before the server sees the request: nothing of ours is in it. */
export const runtime_answers = {
  431: { $ref: '#/components/responses/HeadTooLarge' },
}

/** Where an error answer of this status is described. */
export const errorAnswer = (status: number) => ({ $ref: `#/components/responses/${titles[status]?.[0]}` })

const header = (description: string, schema: Part, example?: unknown): Part => ({
  description,
  schema,
  ...(example !== undefined && { example }),
})
const count = { type: 'integer', minimum: 0 }

export const headers: Readonly<Record<string, Part>> = {
  'X-Request-Id': header(
    'The id of this request: the one that the client sent, if it was 1 to 128 of A-Z a-z 0-9 . _ -, else a new one.',
    { type: 'string', maxLength: 128 },
    '0fd0981f-1265-42fe-9fb0-61bad4192f87',
  ),
  Location: header('The address of what was made.', { type: 'string' }, '/api/v1/rooms/7'),
  ETag: header(
    'Changes with the answer; send it as `If-None-Match` to hear 304 while it has not.',
    { type: 'string' },
    'W/"V0zB7i2cWbzzmBnGbVwQ-g"',
  ),
  'Retry-After': header('Seconds to wait.', { type: 'integer', minimum: 1 }, 30),
  'WWW-Authenticate': header('How to authenticate.', { type: 'string' }, 'Bearer realm="veza-chat"'),
  'Content-Language': header('The language of `message` and of reasons.', { type: 'string', enum: ['en', 'fr'] }, 'en'),
  RateLimit: header('What is left of the limit nearest to its end.', { type: 'string' }, '"requests";r=298;t=41'),
  'RateLimit-Policy': header('That limit.', { type: 'string' }, '"requests";q=300;w=60'),
  'X-RateLimit-Limit': header('How many the limit allows.', count, 300),
  'X-RateLimit-Remaining': header('How many are left.', count, 298),
  'X-RateLimit-Reset': header('When it begins anew, in seconds since the epoch.', count, 1_795_340_601),
}

/** The names of headers as an answer refers to them. */
export const headerRefs = (...names: string[]): Part =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

export const limit_headers = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
]

export const error_schema = {
  title: 'Error',
  type: 'object',
  description:
    'Why it was refused. `code` is for programs; `message` and reasons are for people, in English or French.',
  required: ['success', 'error'],
  properties: {
    success: { type: 'boolean', const: false },
    error: {
      title: 'ErrorDetail',
      type: 'object',
      required: ['code', 'message', 'timestamp', 'request_id'],
      properties: {
        code: { $ref: 'ErrorCode' },
        message: { type: 'string' },
        details: {
          description: 'Each field that does not fit with its reason, or what else a program may want to know.',
          anyOf: [
            { type: 'array', items: { type: 'object', additionalProperties: true } },
            { type: 'object', additionalProperties: true },
          ],
        },
        timestamp: { type: 'string', format: 'date-time' },
        request_id: { type: 'string' },
      },
    },
  },
}

export const error_code = { title: 'ErrorCode', type: 'string', enum: Object.keys(errors) }

const detailsFor: Partial<Record<ErrorCode, unknown>> = {
  VALIDATION_FAILED: [{ field: 'name', reason: 'is required' }],
  RESOURCE_CONFLICT: { field: 'slug' },
  PAYLOAD_TOO_LARGE: { max_bytes: 1_048_576 },
  RATE_LIMIT_EXCEEDED: { current_rate: 301, limit: 300, window: 60, action: 'requests' },
}

/** The error answers by their names, each with every code that it may carry; and the runtime's, which carries none. */
export const errorResponses = (): Part => ({
  ...coded(),
  HeadTooLarge: {
    description: 'The address and headers are larger than 16 KiB: the runtime answers, without a body (RFC 6585, 5).',
  },
})

const coded = (): Part =>
  Object.fromEntries(
    errorStatuses.map((status) => {
      const [name = '', description = ''] = titles[status] ?? []
      const more =
        status === 401 ? ['WWW-Authenticate'] : status === 429 ? ['Retry-After', ...limit_headers] : status === 503 ? ['Retry-After'] : [] // prettier-ignore
      const examples = codesOf(status).map((code) => [
        code,
        {
          value: {
            success: false,
            error: {
              code,
              message: errors[code].en,
              ...(detailsFor[code] !== undefined && { details: detailsFor[code] }),
              timestamp: '2026-11-22T10:43:21.398Z',
              request_id: '0fd0981f-1265-42fe-9fb0-61bad4192f87',
            },
          },
        },
      ])
      return [
        name,
        {
          description,
          headers: headerRefs('X-Request-Id', 'Content-Language', ...more),
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Error' },
              examples: Object.fromEntries(examples),
            },
          },
        },
      ]
    }),
  )

export const securitySchemes = (cookie: string) => ({
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `access_token` of signing in.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description:
      'A key such as `veza_ak_...`; it may do what its permissions and its owner allow. `x-permission` says what an operation asks for.',
  },
  refreshCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: cookie,
    description:
      'The refresh token as a cookie that scripts cannot read, for pages; only with `security.refresh_cookie`.',
  },
})

/** What each tag is about, in the order in which readers show them. */
export const tags: Readonly<Record<string, string>> = {
  auth: 'Accounts: signing up, in and out, and the tokens that come of it.',
  sessions: 'Where one has signed in, and ending it.',
  'two factors': 'The second factor.',
  'api-keys': 'Keys for programs.',
  users: 'People as others see them, and as they see themselves.',
  rooms: 'Rooms: what they are called, who may come in, how they behave.',
  invites: 'Ways into private rooms.',
  members: 'Who is in a room, with what role.',
  messages: 'Writing, reading, changing and pinning messages, in rooms and direct messages.',
  threads: 'Answers to a message.',
  reactions: 'Emoji on messages.',
  conversations: 'Direct messages between two people.',
  search: 'Looking for messages.',
  insight: 'Figures and the audit trail.',
  stats: 'Figures.',
  audit: 'Who did what to what.',
  moderation: 'Bans, mutes and reports.',
  bots: 'Users that are programs.',
  admin: 'For those who run the server.',
  system: 'For load balancers, monitoring and tools.',
}
