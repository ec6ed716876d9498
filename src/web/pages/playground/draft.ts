import type { Field } from './field.ts'

/** What stands in a form: the text of each input, null where null was chosen. An object that is open has its other fields as JSON under `others`. */
export type Draft = string | null | Draft[] | { [name: string]: Draft }

/** No field of a command is called so. */
export const others = '*'

/** A form in which nothing is filled in. */
export function emptyDraft(field: Field): Draft {
  switch (field.kind) {
    case 'list':
      return []
    case 'object':
      return {
        ...Object.fromEntries(field.fields.map(({ name, field }) => [name, emptyDraft(field)])),
        ...(field.is_open && { [others]: '' }),
      }
    default:
      return ''
  }
}

/** Where a text of the token stands in frames, links and snippets. */
export const token_place = '$VEZA_TOKEN'

/** What one would write first into a field of this name, required or not. */
const first_words: Record<string, string> = {
  room_id: 'general',
  content: 'Hello',
  emoji: '👍',
  query: 'hello',
  token: token_place,
}

/** A form that can be sent as it is: what is required is filled in, with the least that fits. */
export function exampleDraft(field: Field, name = '', is_required = true): Draft {
  const word = first_words[name]
  if (word !== undefined && field.kind !== 'object' && field.kind !== 'list') return word
  if (!is_required) return emptyDraft(field)
  switch (field.kind) {
    case 'text':
      return 'text'.padEnd(field.min_length, '.')
    case 'number':
      return String(Math.min(Math.max(field.minimum, name.endsWith('_seq') ? 0 : 1), field.maximum))
    case 'number_or_text':
      return '1'
    case 'boolean':
      return 'true'
    case 'choice':
      return JSON.stringify(field.values[0])
    case 'list':
      return [exampleDraft(field.item)]
    case 'json':
      return '{}'
    case 'object':
      return {
        ...Object.fromEntries(field.fields.map((each) => [each.name, exampleDraft(each.field, each.name, each.is_required)])), // prettier-ignore
        ...(field.is_open && { [others]: '' }),
      }
    default:
      return ''
  }
}

/** The form that says `value`, as far as the field can say it; what it cannot say is left empty. */
export function draftOf(field: Field, value: unknown): Draft {
  if (value === undefined) return emptyDraft(field)
  if (value === null && field.is_nullable) return null
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? value : ''
    case 'number':
      return typeof value === 'number' ? String(value) : ''
    case 'number_or_text':
      return typeof value === 'number' ? String(value) : typeof value === 'string' ? quotedIfNumber(value) : ''
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : ''
    case 'choice':
      return field.values.includes(value) ? JSON.stringify(value) : ''
    case 'list':
      return Array.isArray(value) ? value.map((each) => draftOf(field.item, each)) : []
    case 'object':
      return isRecord(value) ? objectDraft(field, value) : emptyDraft(field)
    default:
      return JSON.stringify(value, null, 2)
  }
}

function objectDraft(field: Field & { kind: 'object' }, value: Record<string, unknown>): Draft {
  const draft = Object.fromEntries(field.fields.map(({ name, field }) => [name, draftOf(field, value[name])]))
  if (!field.is_open) return draft
  const known = new Set(field.fields.map(({ name }) => name))
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !known.has(name)))
  return { ...draft, [others]: Object.keys(rest).length === 0 ? '' : JSON.stringify(rest, null, 2) }
}

/** Of a draft that came from outside what fits the field; the rest is as in an empty form. */
export function fittedDraft(field: Field, given: unknown): Draft {
  if (given === null && field.is_nullable) return null
  if (field.kind === 'list')
    return Array.isArray(given) ? given.slice(0, 500).map((each) => fittedDraft(field.item, each)) : []
  if (field.kind !== 'object') return typeof given === 'string' ? given : ''
  const from = isRecord(given) ? given : {}
  const rest = Object.hasOwn(from, others) ? from[others] : ''
  return {
    ...Object.fromEntries(
      field.fields.map((each) => [
        each.name,
        fittedDraft(each.field, Object.hasOwn(from, each.name) ? from[each.name] : undefined),
      ]),
    ),
    ...(field.is_open && { [others]: typeof rest === 'string' ? rest : '' }),
  }
}

export const numeral = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

/** A text that would be read as a number, or as a quoted text, stands in quotes. */
const quotedIfNumber = (text: string) => (numeral.test(text.trim()) || text.startsWith('"') ? `"${text}"` : text)

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
