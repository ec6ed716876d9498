import { type Draft, isRecord, numeral, others } from './draft.ts'
import type { Field, NumberRules, TextRules } from './field.ts'

/** Why a field cannot be sent. `path` is that of the field, such as `resume.0.since_seq`. */
export interface Problem {
  path: string
  code: ProblemCode
  /** The bound that was crossed, where there is one. */
  bound?: number
}

export type ProblemCode =
  | 'required'
  | 'not_number'
  | 'not_integer'
  | 'too_small'
  | 'too_large'
  | 'too_short'
  | 'too_long'
  | 'bad_form'
  | 'not_a_choice'
  | 'too_few'
  | 'too_many'
  | 'not_json'
  | 'not_object'

/** What a form says: `value` is undefined where it says nothing. It may only be sent when there is no problem. */
export interface Reading {
  value: unknown
  problems: Problem[]
}

/** Reads a form by its schema. What is optional and empty is left out. */
export function readDraft(field: Field, draft: Draft, path = '', is_required = true): Reading {
  if (draft === null) return field.is_nullable ? { value: null, problems: [] } : refused(path, 'required')
  if (!is_required && isBlank(draft)) return { value: undefined, problems: [] }
  if (field.kind === 'object') return readObject(field, isRecord(draft) ? draft : {}, path)
  if (field.kind === 'list') return readList(field, Array.isArray(draft) ? draft : [], path)
  if (typeof draft !== 'string' || draft === '') return refused(path, 'required')
  switch (field.kind) {
    case 'text':
      return readText(field, draft, path)
    case 'number':
      return readNumber(field, draft, path)
    case 'number_or_text':
      return numeral.test(draft.trim())
        ? readNumber(field.number, draft, path)
        : readText(field.text, unquoted(draft), path)
    case 'boolean':
      return draft === 'true' || draft === 'false'
        ? { value: draft === 'true', problems: [] }
        : refused(path, 'not_a_choice')
    case 'choice': {
      const value = field.values.find((each) => JSON.stringify(each) === draft)
      return value === undefined ? refused(path, 'not_a_choice') : { value, problems: [] }
    }
    default:
      return readJson(draft, path)
  }
}

const refused = (path: string, code: ProblemCode, bound?: number): Reading => ({
  value: undefined,
  problems: [{ path, code, ...(bound !== undefined && { bound }) }],
})

function isBlank(draft: Draft): boolean {
  if (draft === null) return false
  if (typeof draft === 'string') return draft === ''
  return Array.isArray(draft) ? draft.length === 0 : Object.values(draft).every(isBlank)
}

const unquoted = (text: string) => /^"(.*)"$/s.exec(text)?.[1] ?? text

function readText({ min_length, max_length, pattern }: TextRules, text: string, path: string): Reading {
  const length = Array.from(text).length
  if (length < min_length) return refused(path, 'too_short', min_length)
  if (length > max_length) return refused(path, 'too_long', max_length)
  // JSON Schema's patterns are of Unicode.
  if (pattern !== null && !new RegExp(pattern, 'u').test(text)) return refused(path, 'bad_form')
  return { value: text, problems: [] }
}

function readNumber({ is_integer, minimum, maximum }: NumberRules, text: string, path: string): Reading {
  if (!numeral.test(text.trim())) return refused(path, is_integer ? 'not_integer' : 'not_number')
  const value = Number(text)
  if (is_integer && !Number.isInteger(value)) return refused(path, 'not_integer')
  if (value < minimum) return refused(path, 'too_small', minimum)
  if (value > maximum || !Number.isFinite(value)) return refused(path, 'too_large', maximum)
  return { value, problems: [] }
}

function readJson(text: string, path: string): Reading {
  try {
    return { value: JSON.parse(text) as unknown, problems: [] }
  } catch {
    return refused(path, 'not_json')
  }
}

function readList(field: Field & { kind: 'list' }, drafts: Draft[], path: string): Reading {
  const items = drafts.map((each, index) => readDraft(field.item, each, within(path, index)))
  const problems = items.flatMap((each) => each.problems)
  if (drafts.length < field.min_items) problems.push({ path, code: 'too_few', bound: field.min_items })
  if (drafts.length > field.max_items) problems.push({ path, code: 'too_many', bound: field.max_items })
  return { value: items.map(({ value }) => value), problems }
}

function readObject(field: Field & { kind: 'object' }, drafts: Record<string, Draft>, path: string): Reading {
  const parts = field.fields.map(({ name, is_required, field: inner }) => {
    const draft = drafts[name]
    return { name, ...readDraft(inner, draft === undefined ? '' : draft, within(path, name), is_required) }
  })
  const problems = parts.flatMap((each) => each.problems)
  const rest = drafts[others] ?? ''
  const open = field.is_open && rest !== '' && typeof rest === 'string' ? readOthers(rest, within(path, others)) : null
  const known = parts.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value] as const)
  return {
    value: { ...(isRecord(open?.value) && open.value), ...Object.fromEntries(known) },
    problems: [...problems, ...(open?.problems ?? [])],
  }
}

function readOthers(text: string, path: string): Reading {
  const reading = readJson(text, path)
  return reading.problems.length > 0 || isRecord(reading.value) ? reading : refused(path, 'not_object')
}

export const within = (path: string, name: string | number) => (path === '' ? String(name) : `${path}.${name}`)
