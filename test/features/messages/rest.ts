import type { Account, Answer, TestServer } from '../../services/server.ts'

/** What tests read of the messages in an answer. */
export interface Said {
  id: number
  seq: number
  change_seq: number
  number: number
  content: string
  room_id?: number
  conversation_id?: number
  is_deleted: boolean
  is_pinned: boolean
  duplicate?: true
  client_id?: string
  thread_count: number
}

export interface Timeline {
  messages: Said[]
  has_more: boolean
  total_count: number
  seq: number
  reset?: boolean
  parent?: Said
}

/** Sends over REST, with headers beside the usual. */
export async function post(
  server: TestServer,
  path: string,
  body: unknown,
  { token }: Account,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, ...((await response.json()) as object) } as Answer
}

/** The status and the code of an answer. */
export const outcome = ({ status, error }: Answer): [number, string | undefined] => [status, error?.code]
