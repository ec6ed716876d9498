import { attemptOf } from './attempts.ts'
import { changesOf, factsOf, peopleOf, type Entry, type Facts, type Telling } from './facts.ts'
import type { ActionWords, TrailWords } from './words.ts'

/** A deed in words. */
export interface Told {
  actor: string
  sentence: string
  /** Why, what exactly, and from where: a line each. */
  notes: string[]
}

export const tell = (entry: Entry, words: TrailWords, telling: Telling): Told => ({
  actor: actorOf(entry, words),
  sentence: sentenceOf(entry, words, factsOf(entry, telling)),
  notes: [...whoseOf(entry, words, telling.nameOf), ...notesOf(entry, words)],
})

function actorOf({ actor_id, actor_username, action, outcome, details }: Entry, words: TrailWords): string {
  if (actor_username !== null) return actor_username
  if (actor_id !== null) return words.user(actor_id)
  if (details['by'] === 'cli') return words.command_line
  // Whoever forgot a password is not signed in, and need not be who they say.
  return outcome === 'success' && action !== 'password.forgot' ? words.server : words.nobody
}

const wordsFor = (action: string, { actions }: TrailWords): ActionWords | null =>
  Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : null

/** Whose `reason` is what somebody wrote; that of other actions is a word for programs, which the sentence tells. */
const gives_reasons = ['message.delete', 'user.ban']

/** What was not done is named and not told: the sentences are of deeds. */
function sentenceOf(entry: Entry, words: TrailWords, facts: Facts): string {
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

/** Why it was not done, in words of ours, or why it was, in those of who did it. */
function whyOf({ action, outcome, details }: Entry, words: TrailWords): string | null {
  const text = (name: string): string => (typeof details[name] === 'string' ? details[name] : '')
  const [code, reason] = [text('code'), text('reason')]
  if (outcome === 'success') return reason !== '' && gives_reasons.includes(action) ? words.reason(reason) : null
  return (action === 'key.use' ? words.key_reasons[reason] : undefined) ?? words.codes[code] ?? code
}

function notesOf(entry: Entry, words: TrailWords): string[] {
  const { details } = entry
  const changes = changesOf(details).map(({ field, from, to }) =>
    words.change(words.fields[field] ?? field, valueOf(from, words), valueOf(to, words)),
  )
  return [whyOf(entry, words), ...changes, whenceOf(entry, words)].filter(
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
