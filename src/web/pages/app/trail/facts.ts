import type { shapes } from 'veza-js-sdk'

/** A deed as the trail of a room has it; that of the server says where it was done as well. */
export type Entry = shapes.AuditEntry & Partial<Pick<shapes.ServerAuditEntry, 'conversation_id' | 'request_id'>>

/** What a sentence about a deed is made of, in the reader's words. What the server does not say is an empty text. */
export interface Facts {
  /** Whether who did it did it to themselves, or to what is theirs. */
  is_own: boolean
  /** Whom or what it was done to. */
  target: string
  details: Entry['details']
  /** A detail as it is. */
  text(field: string): string
  /** A detail that is the id of a user. */
  person(field: string): string
  /** A detail that is a time; null where there is none. */
  moment(field: string): string | null
  role(field: string): string
  /** The names of what was changed. */
  fields(): string
}

const idOf = (value: unknown): number | null =>
  (typeof value === 'number' || typeof value === 'string') && /^\d+$/.test(String(value)) ? Number(value) : null

/** Whose names one needs to say what was done. */
export const peopleOf = ({ target_type, target_id, details }: Entry): number[] =>
  [target_type === 'user' ? target_id : null, details['user_id'], details['author_id']].flatMap((one) => idOf(one) ?? []) // prettier-ignore

/** How things are called and written for the reader. */
export interface Telling {
  nameOf(user_id: number): string
  time(at: string): string
  list(texts: string[]): string
  roles: Record<string, string>
  field_names: Record<string, string>
  /** Something that has no name. */
  numbered(type: string, id: string): string
}

export function factsOf(entry: Entry, telling: Telling): Facts {
  const { actor_id, target_type, target_id, details } = entry
  const text = (field: string): string => {
    const value = details[field]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const user_id = target_type === 'user' ? idOf(target_id) : null
  return {
    is_own: actor_id !== null && peopleOf(entry)[0] === actor_id,
    target: user_id === null ? telling.numbered(target_type ?? '', target_id ?? '') : telling.nameOf(user_id),
    details,
    text,
    person: (field) => {
      const id = idOf(details[field])
      return id === null ? '' : telling.nameOf(id)
    },
    moment: (field) => (Number.isNaN(Date.parse(text(field))) ? null : telling.time(text(field))),
    role: (field) => telling.roles[text(field)] ?? text(field),
    fields: () => telling.list(changedOf(details).map((field) => telling.field_names[field] ?? field)),
  }
}

/** `fields`, or what `to` names. */
function changedOf({ fields, to }: Entry['details']): string[] {
  if (Array.isArray(fields)) return fields.map(String)
  return typeof to === 'object' && to !== null ? Object.keys(to) : []
}

export interface Change {
  field: string
  from: unknown
  to: unknown
}

/** What was changed from what to what, of `room.update` and what is like it. */
export function changesOf({ from, to }: Entry['details']): Change[] {
  if (typeof to !== 'object' || to === null) return []
  const before = typeof from === 'object' && from !== null ? (from as Record<string, unknown>) : {}
  return Object.entries(to).map(([field, value]) => ({ field, from: before[field] ?? null, to: value as unknown }))
}
