import type { Pending } from './api.ts'
import { asRefusal, isCut, passesIn, Refusal } from './errors.ts'
import type { Entry, Outbox, OutboxOptions } from './outbox-types.ts'
import { keyOf } from './place.ts'
import { alone, listen, uuid } from './platform.ts'
import { derived } from './store.ts'

/** Keeps what is to be sent, sends it in the order of each conversation, and tries until the server has it or refuses it for good. */
export function createOutbox({ storage, refOf, send, onSent }: OutboxOptions): Outbox {
  let entries: Entry[] = []
  let owner: string | null = null
  let is_confirmed = false
  let is_live = false
  /** What was kept is being read, and goes first. */
  let is_reading = false
  let last_time = 0
  /** Counts the calls of `again`. */
  let stirred = 0
  const busy = new Set<string>()
  /** By conversation, and '' for all of them: when to try again, in milliseconds of `Date.now()`. */
  const pauses = new Map<string, number>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  const all = derived<readonly Pending[]>(() => entries.map(({ pending }) => pending))
  let looking: ReturnType<typeof setTimeout> | undefined
  // Another tab may have written to the storage, and sends that, unless it is gone by then.
  const unlisten = listen('storage', () => {
    looking ??= setTimeout(() => {
      looking = undefined
      load(owner ?? '').catch(() => undefined)
    }, 5000)
  })

  const find = (client_id: string) => entries.find(({ pending }) => pending.client_id === client_id)

  function change(entry: Entry, now: Partial<Pending>): void {
    entry.pending = { ...entry.pending, ...now }
    all.touch()
  }

  /** Without a place to keep it, it is sent all the same. */
  function keep(entry: Entry): void {
    const { pending } = entry
    const whose = owner
    if (whose === null) return
    entry.kept = entry.kept
      .then(() => storage.put(whose, pending))
      .then(() => (entry.is_asked_for ||= pending.expires_in !== null))
      .catch(() => undefined)
  }

  function drop(client_id: string): void {
    const whose = owner
    const gone = find(client_id)
    if (!gone) return
    entries = entries.filter((entry) => entry !== gone)
    all.touch()
    // Something may have waited for it.
    pump()
    if (whose === null) return
    // What cannot be removed is sent again by the next run, and is one message then as well.
    const remove = () => storage.remove(whose, client_id)
    // What was taken back is gone also where the page goes before it was kept.
    if (gone.pending.status !== 'sending') remove().catch(() => undefined)
    gone.kept = gone.kept.then(remove).catch(() => undefined)
  }

  /** A room has a slug and a number, and one order. */
  const queueOf = ({ ref }: Pending) => keyOf(refOf(ref))

  function pump(): void {
    for (const key of new Set(entries.map(({ pending }) => queueOf(pending)))) {
      if (busy.has(key) || isPaused(key)) continue
      busy.add(key)
      run(key)
        .catch(() => pause('', 1))
        .finally(() => busy.delete(key))
        .then(() => first(key) && pump())
        .catch(() => undefined)
    }
  }

  const first = (key: string) => {
    const found = entries.find(({ pending }) => queueOf(pending) === key && pending.status !== 'failed')
    return found?.is_going ? undefined : found
  }
  const isPaused = (key: string) =>
    !is_live || !is_confirmed || is_reading || Math.max(pauses.get('') ?? 0, pauses.get(key) ?? 0) > Date.now()

  function pause(key: string, seconds: number): void {
    const ms = Math.max(50, seconds * 1000)
    pauses.set(key, Date.now() + ms)
    const timer = setTimeout(() => {
      timers.delete(timer)
      pump()
    }, ms + 5)
    timers.add(timer)
  }

  function again(isOf: (pending: Pending) => boolean): void {
    stirred++
    for (const { pending } of entries) if (isOf(pending)) pauses.delete(queueOf(pending))
    pump()
  }

  async function run(key: string): Promise<void> {
    for (let entry = first(key); entry !== undefined && !isPaused(key); entry = first(key)) {
      entry.is_going = true
      try {
        await entry.kept
        if (find(entry.pending.client_id) === entry) await attemptInTurn(entry)
      } finally {
        entry.is_going = false
      }
      // Its number is known since: the queue of that one waits for this.
      if (queueOf(entry.pending) !== key) pump()
    }
  }

  function attemptInTurn(entry: Entry): Promise<void> {
    // Every tab calls it the same, whatever its list knows.
    return alone(`veza-chat outbox ${owner} ${keyOf(entry.pending.ref)}`, () => attempt(entry, queueOf(entry.pending)))
  }

  async function attempt(entry: Entry, key: string): Promise<void> {
    const { client_id, status } = entry.pending
    const before = stirred
    // Another tab may have sent it. The server tells one that it has from a new one, but not for longer than it keeps it.
    const is_sent = entry.is_asked_for && !(await isKept(client_id))
    if (is_sent || entry.is_unwanted) {
      drop(client_id)
      // Before it is the turn of another tab.
      await entry.kept
      return
    }
    // While it waited for its turn it may have been seen, and the connection may have gone.
    if (find(client_id) !== entry || isPaused(key)) return
    try {
      if (isOver(entry)) throw new Refusal('TIMEOUT')
      change(entry, { status: 'sending', error: null })
      entry.sent_at ||= Date.now()
      const message = await send(entry.pending)
      if (find(client_id) === entry) onSent(entry.pending, message)
      drop(client_id)
      await entry.kept
    } catch (error) {
      if (find(client_id) === entry) refused(entry, key, asRefusal(error), status)
      // That may be of before.
      if (before !== stirred) pauses.delete(key)
    }
  }

  /** The server may have had it and have let it go: sent again, it would be another message. */
  const isOver = (entry: Entry) => Date.now() > entry.sent_at + (entry.pending.expires_in ?? Infinity) * 1000

  async function isKept(client_id: string): Promise<boolean> {
    const kept = await storage.all(owner ?? '').catch(() => null)
    return kept?.some((each) => each.client_id === client_id) ?? true
  }

  function refused(entry: Entry, key: string, error: Refusal, before: Pending['status']): void {
    const { code, message } = error
    const seconds = isOver(entry) ? null : isCut(error) ? 0.1 : passesIn(error)
    // Slow mode holds back only what is not there; too many are refused before anybody looks whether it is, from an earlier try.
    const waiting = code === 'SLOW_MODE' ? 'queued' : code === 'RATE_LIMIT_EXCEEDED' ? before : 'sending'
    change(entry, {
      status: seconds === null ? 'failed' : waiting,
      error: { code, message },
      retry_at: Date.now() + (seconds ?? 0) * 1000,
    })
    // Slow mode is of one conversation, and so is an answer that did not come.
    if (seconds !== null)
      return pause(code === 'RATE_LIMIT_EXCEEDED' || code === 'SERVICE_UNAVAILABLE' ? '' : key, seconds)
    keep(entry)
    pump()
  }

  /** One after the other, also of the same millisecond: it is the order they are sent in after a reload. */
  function now(): string {
    last_time = Math.max(Date.now(), last_time + 1)
    return new Date(last_time).toISOString()
  }

  async function load(whose: string): Promise<void> {
    const kept = await storage.all(whose).catch(() => [])
    if (whose !== owner) return
    is_reading = false
    const begun = new Set<string>()
    /** Of each conversation the run before, or another tab, may have sent the first. */
    const statusOf = (pending: Pending) =>
      pending.status === 'failed' ? 'failed' : begun.size === begun.add(queueOf(pending)).size ? 'queued' : 'sending'
    const loaded = kept
      .filter(({ client_id }) => find(client_id) === undefined)
      .sort((a, b) => a.created_at.localeCompare(b.created_at))
      .map((pending): Entry => ({
        pending: { ...pending, status: statusOf(pending) },
        kept: Promise.resolve(),
        is_asked_for: true,
        sent_at: Date.parse(pending.created_at),
      }))
    entries = [...loaded, ...entries]
    all.touch()
    pump()
  }

  return {
    all,
    add: (ref, content, { client_id = uuid(), ...options }) => {
      const same = find(client_id)
      if (same) return same.pending
      const pending: Pending = {
        client_id,
        ref,
        content,
        content_type: options.content_type ?? 'text',
        parent_id: options.parent_id ?? null,
        metadata: options.metadata ?? {},
        expires_in: options.expires_in ?? null,
        created_at: now(),
        status: 'queued',
        error: null,
      }
      const entry: Entry = { pending, kept: Promise.resolve(), is_asked_for: false, sent_at: NaN }
      entries = [...entries, entry]
      keep(entry)
      all.touch()
      pump()
      return pending
    },
    retry: (client_id) => {
      const entry = find(client_id)
      if (entry?.pending.status !== 'failed') return
      entry.sent_at = NaN
      change(entry, { status: 'queued', error: null })
      keep(entry)
      pump()
    },
    discard: (client_id) => {
      const entry = find(client_id)
      if (entry?.pending.status === 'failed') return drop(client_id)
      if (entry?.pending.status !== 'queued') return
      entry.is_unwanted = true
      // Another tab may be sending it.
      attemptInTurn(entry).catch(() => undefined)
    },
    again,
    seen: drop,
    belongsTo: (whose, confirmed) => {
      if (whose !== owner) {
        // What was written before anybody was known is of whoever turns out to be here; what was kept for somebody else stays theirs.
        if (owner !== null) entries = []
        owner = whose
        for (const entry of entries) keep(entry)
        all.touch()
        is_reading = true
        load(whose).catch(() => undefined)
      }
      is_confirmed = confirmed
      pump()
    },
    wake: () => {
      is_live = true
      again(() => true)
    },
    lost: () => {
      is_live = false
    },
    close: () => {
      is_live = false
      unlisten()
      clearTimeout(looking)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
