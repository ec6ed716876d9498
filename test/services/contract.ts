import Ajv, { type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

/** What a server's AsyncAPI document says of one frame: null, or what is wrong with it. */
export type Contract = (frame: { type: string; id?: unknown; data: object }) => string | null

interface Document {
  components: {
    messages: Record<string, { payload: { properties: { data: { properties?: object; allOf?: object[] } } } }>
  }
}

const contracts = new Map<string, Promise<Contract>>()

/** Frames that broke the contract of the server that sent them, over the whole run; the run fails by them at its end. */
export const breaches: string[] = []

/** `origin` is the server's HTTP address. */
export function contractOf(origin: string): Promise<Contract> {
  const known = contracts.get(origin) ?? read(origin)
  contracts.set(origin, known)
  return known
}

async function read(origin: string): Promise<Contract> {
  const response = await fetch(`${origin}/asyncapi.json`)
  const { components } = (await response.json()) as Document
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats(ajv)
  const compiled = new Map<string, ValidateFunction>()
  const checkOf = (name: string): ValidateFunction | undefined => {
    const message = components.messages[name]
    if (message === undefined) return undefined
    const check = compiled.get(name) ?? ajv.compile(closed(message.payload.properties.data))
    compiled.set(name, check)
    return check
  }
  return (frame) => {
    const names = frame.id === undefined ? ['event', 'answer'] : ['answer', 'event']
    const checks = names.flatMap((name) => checkOf(`${name}.${frame.type}`) ?? [])
    if (checks.length === 0) return `${frame.type} is in no document`
    if (checks.some((check) => check(frame.data))) return null
    const [first] = checks
    const reasons = first?.errors?.map((each) => `${each.instancePath} ${each.message} ${JSON.stringify(each.params)}`)
    return `${frame.type}: ${reasons?.join('; ')} in ${JSON.stringify(frame.data).slice(0, 500)}`
  }
}

/** Fields that the document does not name are not in the contract: a server may not send them unless the schema leaves it open. */
const closed = (schema: { properties?: object; additionalProperties?: unknown }) =>
  schema.properties !== undefined && Object.keys(schema.properties).length > 0 && !('additionalProperties' in schema)
    ? { ...schema, additionalProperties: false }
    : schema
