import { breaches } from '../services/contract.ts'
import { httpContractOf } from '../services/http-contract.ts'
import type { TestServer } from '../services/server.ts'

/** Nothing, an access token, or an API key. */
export interface Credential {
  token?: string
  key?: string
}

export interface Told {
  status: number
  error?: { code: string; message: string; details?: object }
}

/** Asks by any address of the server, and holds each answer to its OpenAPI document. */
export const createRequests =
  ({ url }: TestServer) =>
  async (
    { method, path }: { method: string; path: string },
    body: object | undefined,
    credential: Credential,
  ): Promise<Told> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(credential.token !== undefined && { authorization: `Bearer ${credential.token}` }),
        ...(credential.key !== undefined && { 'x-api-key': credential.key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const { status, headers } = response
    const text = await response.text()
    const isJson = headers.get('content-type')?.startsWith('application/json') === true
    const answer = text === '' ? undefined : isJson ? JSON.parse(text) : text
    const breach = (await httpContractOf(url))({ method, path, status, headers, body: answer })
    if (breach !== null) breaches.push(breach)
    return status < 400 ? { status } : { status, error: answer.error }
  }

/** As docs/permissions.md has it. */
export const said = ({ status, error }: Told): string => (error === undefined ? `${status}` : `${status} ${error.code}`)

/** All that tells one refusal from another, but which id was asked for. */
export const shapeOf = ({ status, error }: Told) => ({
  said: said({ status, ...(error && { error }) }),
  message: error?.message,
  fields: Object.keys(error?.details ?? {}),
})
