import Ajv, { type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

/** What a server's AsyncAPI document says of one frame: null, or what is wrong with it. */
export type Contract = (frame: { type: string; id?: unknown; data: object }) => string | null

interface Document {
  components: {
    messages: Record<string, { payload: { properties: { data: { $ref: string } } } }>
    schemas: Record<string, Shape>
  }
}

type Shape = Record<string, unknown>

const contracts = new Map<string, Promise<Contract>>()

/** Frames and HTTP answers that broke the contract of the server that sent them, over the whole run; the run fails by them at its end. */
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
  const ajv = new Ajv({ strict: true, allErrors: true })
  addFormats(ajv)
  for (const [name, schema] of Object.entries(components.schemas)) ajv.addSchema(closed(schema), refTo(name))
  const compiled = new Map<string, ValidateFunction>()
  const checkOf = (name: string): ValidateFunction | undefined => {
    const message = components.messages[name]
    if (message === undefined) return undefined
    const check = compiled.get(name) ?? ajv.compile(message.payload.properties.data)
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

const refTo = (name: string) => `#/components/schemas/${name}`

/** Fields that the document does not name are not in the contract: a server may not send them unless the schema leaves it open. */
export function closed(schema: Shape): Shape {
  const { properties } = schema
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedWithin(value)]))
  const open = typeof properties !== 'object' || Object.keys(properties ?? {}).length === 0
  return open || 'additionalProperties' in schema ? inside : { ...inside, additionalProperties: false }
}

const closedWithin = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(closedWithin)
    : typeof value === 'object' && value !== null
      ? closed(value as Shape)
      : value
