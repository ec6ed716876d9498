import { createSecret } from '../../src/platform/crypto/index.ts'
import type { TestServer } from '../services/server.ts'
import type { Cell } from './cast.ts'
import type { Standing } from './columns.ts'

/** What fills an endpoint. */
export interface Ask {
  params?: Record<string, string | number>
  query?: Record<string, string | number>
  body?: object
}

/** How a row of the tables is asked. */
export interface Asking {
  /** Who may: whom the columns `revoked`, `banned` and the keys come as. By default `own`. */
  able?: Standing
  /** Makes what it is about, and says how to ask for it. */
  make(cell: Cell, server: TestServer): Ask | Promise<Ask>
  /** The same about what does not exist; by default another first parameter of the address. */
  absent?(ask: Ask): Ask
}

/** By label. */
export type Askings = Record<string, Asking>

/** More than any test makes. */
export const no_id = 8_999_999_999

export function absent(ask: Ask): Ask {
  const [[name, value] = ['id', 0]] = Object.entries(ask.params ?? {})
  return { ...ask, params: { ...ask.params, [name]: unknown(value) } }
}

function unknown(value: string | number): string | number {
  if (typeof value === 'number') return no_id
  return value.includes('-') ? crypto.randomUUID() : createSecret(16)
}

/** The path of an endpoint such as `GET /rooms/{id}`, filled. */
export function addressOf(endpoint: string, { params = {}, query = {} }: Ask): { method: string; path: string } {
  const [method = '', pattern = ''] = endpoint.split(' ')
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`${endpoint} needs ${name}`)
    return encodeURIComponent(value)
  })
  const entries = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  const search = entries.length > 0 ? `?${new URLSearchParams(entries).toString()}` : ''
  return { method, path: path + search }
}

/** Asks for nothing in particular. */
export const plain = (ask: Ask = {}, able?: Standing): Asking => ({ make: () => ask, ...(able && { able }) })
