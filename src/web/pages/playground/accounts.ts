import { isRecord } from './draft.ts'

export interface Tokens {
  access_token: string
  refresh_token: string
}

/** What the server said to a request that it refused, for people. `code` is null when it did not answer. */
export interface Refusal {
  code: string | null
  message: string
}

type Answer = { tokens: Tokens } | { refusal: Refusal }

export interface Credentials {
  username: string
  password: string
  totp_code?: string
}

/** Asks for tokens at one of the addresses that give them: `login`, `register`, `refresh`. */
export async function askTokens(path: string, body: object, locale: string): Promise<Answer> {
  try {
    const response = await fetch(`/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': locale },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as unknown
    const data = isRecord(answer) ? answer['data'] : undefined
    if (isRecord(data) && typeof data['access_token'] === 'string' && typeof data['refresh_token'] === 'string')
      return { tokens: { access_token: data['access_token'], refresh_token: data['refresh_token'] } }
    const error = isRecord(answer) && isRecord(answer['error']) ? answer['error'] : {}
    const { code } = error
    return { refusal: { code: typeof code === 'string' ? code : String(response.status), message: reasonOf(error) } }
  } catch (cause) {
    return { refusal: { code: null, message: cause instanceof Error ? cause.message : String(cause) } }
  }
}

function reasonOf(error: Record<string, unknown>): string {
  const details = Array.isArray(error['details']) ? error['details'].filter(isRecord) : []
  const fields = details.map(({ field, reason }) => `${String(field)}: ${String(reason)}`)
  return [typeof error['message'] === 'string' ? error['message'] : '', ...fields].join(' ')
}

/** A name and a password that nobody has to remember. */
export function throwAway(): Credentials {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => (byte % 36).toString(36)).join('')
  const password = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))))
  return { username: `try-${letters}`, password }
}
