import type { part_words } from './words.ts'

/** What a browser would say in a bubble and in its own language. */
type Complaint = { what: 'missing' } | { what: 'no_email' } | { what: 'short' | 'long'; bound: number }
export type Complaints = Record<string, Complaint>

/** What is wrong with the fields of a form as far as they say what they want, by their names; null where nothing is. */
export function complaintsOf(form: HTMLFormElement): Complaints | null {
  const found: Complaints = {}
  for (const field of form.elements) {
    if (!isField(field) || !field.willValidate || field.name === '') continue
    const complaint = complaintOf(field)
    if (complaint !== null) found[field.name] ??= complaint
  }
  return Object.keys(found).length === 0 ? null : found
}

type Field = HTMLInputElement | HTMLTextAreaElement

const isField = (element: Element): element is Field =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement

function complaintOf({ validity, value, minLength, dataset }: Field): Complaint | null {
  if (validity.valueMissing) return { what: 'missing' }
  // The server counts code points, and a browser units of UTF-16.
  const length = Array.from(value).length
  if (length > 0 && length < minLength) return { what: 'short', bound: minLength }
  if (length > Number(dataset['most'])) return { what: 'long', bound: Number(dataset['most']) }
  return validity.typeMismatch ? { what: 'no_email' } : null
}

/** In words; `reasons` are those that a form has of its own for what is there and does not fit. */
export const sentencesOf = (
  complaints: Complaints,
  words: (typeof part_words)['en'],
  reasons: Record<string, string> = {},
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(complaints).map(([name, complaint]) => {
      if (complaint.what === 'missing') return [name, words.missing]
      const said =
        complaint.what === 'no_email'
          ? words.no_email
          : words[complaint.what === 'long' ? 'too_long' : 'too_short'](complaint.bound)
      return [name, reasons[name] ?? said]
    }),
  )
