import { isRecord, token_place } from './draft.ts'

const secret_names = /^(token|access_token|refresh_token|password)$/
/** A JSON Web Token or an API key of the server, wherever it stands. */
const secret_shapes = /eyJ[\w-]+\.[\w-]+\.[\w-]+|veza_ak_\w+/g

/** The same value with every token in it named instead of told. */
export function concealed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(secret_shapes, () => token_place)
  if (Array.isArray(value)) return value.map(concealed)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      secret_names.test(name) && typeof each === 'string' && each !== '' ? token_place : concealed(each),
    ]),
  )
}

/** The same of a frame, which may be no JSON. A frame without secrets stays as it is, byte for byte. */
export function concealedText(text: string): string {
  if (!/token|password|eyJ|veza_ak_/.test(text)) return text
  try {
    const value = JSON.parse(text) as unknown
    const safe = JSON.stringify(concealed(value))
    return safe === JSON.stringify(value) ? text : safe
  } catch {
    return text
      .replace(secret_shapes, () => token_place)
      .replace(
        /("(?:token|access_token|refresh_token|password)"\s*:\s*")[^"]*/g,
        (_, before: string) => before + token_place,
      )
  }
}
