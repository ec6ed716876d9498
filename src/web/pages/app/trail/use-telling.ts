import { useText } from '../context.ts'
import { useRegion } from '../parts/use-region.ts'
import { attemptOf } from './attempts.ts'
import { changesOf, factsOf, peopleOf, type Entry } from './facts.ts'
import { useNames } from './use-names.ts'
import { trail_words, type ActionWords, type TrailWords } from './words.ts'

/** A deed in words. */
export interface Told {
  actor: string
  sentence: string
  /** Why, what exactly, and from where: a line each. */
  notes: string[]
}

/** How the reader is told of these deeds. */
export function useTelling(entries: readonly Entry[]): (entry: Entry) => Told {
  const words = useText(trail_words)
  const locale = useRegion()
  const nameOf = useNames(entries)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const list = new Intl.ListFormat(locale)
  const telling = {
    nameOf: (user_id: number) => {
      const name = nameOf(user_id)
      return name === null ? words.user(user_id) : `@${name}`
    },
    time: (at: string) => date.format(new Date(at)),
    list: (texts: string[]) => list.format(texts),
    roles: words.roles,
    field_names: words.fields,
    numbered: words.numbered,
  }
  return (entry) => ({
    actor: actorOf(entry, words),
    sentence: sentenceOf(entry, words, factsOf(entry, telling)),
    notes: [...whoseOf(entry, words, telling.nameOf), ...notesOf(entry, words)],
  })
}

function actorOf({ actor_id, actor_username, outcome }: Entry, words: TrailWords): string {
  if (actor_username !== null) return actor_username
  if (actor_id !== null) return words.user(actor_id)
  return outcome === 'success' ? words.server : words.nobody
}

const wordsFor = (action: string, { actions }: TrailWords): ActionWords | null =>
  Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : null

/** What was not done is named and not told: the sentences are of deeds. */
function sentenceOf(entry: Entry, words: TrailWords, facts: ReturnType<typeof factsOf>): string {
  const known = wordsFor(entry.action, words)
  if (known !== null && entry.outcome === 'success') return known.done(facts)
  // A refusal is named after the command or the address that was refused.
  const attempt = attemptOf(entry.action)
  if (attempt !== null) return words.attempts[attempt]
  return words.tried(known?.label ?? entry.action.replace(/^(?:ws|http)\./, ''))
}

/** Whose account somebody tried who was not, or not yet, its user. */
function whoseOf(entry: Entry, words: TrailWords, nameOf: (user_id: number) => string): string[] {
  const [user_id] = peopleOf(entry)
  if (entry.outcome === 'success' || user_id === undefined || user_id === entry.actor_id) return []
  return [words.account(nameOf(user_id))]
}

function notesOf(entry: Entry, words: TrailWords): string[] {
  const { action, outcome, details } = entry
  const { reason, code } = details
  const why = typeof code === 'string' && outcome !== 'success' ? (words.codes[code] ?? code) : null
  const because = typeof reason === 'string' && reason !== '' && action !== 'session.end' ? words.reason(reason) : null
  const changes = changesOf(details).map(({ field, from, to }) =>
    words.change(words.fields[field] ?? field, valueOf(from, words), valueOf(to, words)),
  )
  return [why, because, ...changes, whenceOf(entry, words)].filter(
    (note): note is string => note !== null && note !== '',
  )
}

/** By which address and request; beside a room that is too much to read. */
function whenceOf({ ip, request_id }: Entry, words: TrailWords): string {
  if (request_id === undefined) return ''
  const known = [ip && words.address(ip), request_id && words.request(request_id)]
  return known.filter((part) => typeof part === 'string' && part !== '').join(' · ')
}

function valueOf(value: unknown, words: TrailWords): string {
  if (value === null || value === '') return words.none
  if (typeof value === 'boolean') return value ? words.yes : words.no
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
