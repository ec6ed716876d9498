import { createStore, keep, kept, type Settable } from './stored.ts'

export type Locale = 'en' | 'fr'

/** What a person has chosen on this device. */
export interface Preferences {
  locale: Locale
  /** Else Ctrl/Cmd+Enter sends, and Enter breaks the line. */
  enter_sends: boolean
  /** Of what the system tells when the page is not looked at. Each conversation may want less. */
  notify: 'all' | 'mentions' | 'none'
  sound: boolean
}

const name = 'veza.preferences'

/** The language of the browser, as far as there are words in it. */
const spoken = (): Locale =>
  navigator.languages.map((tag) => tag.slice(0, 2)).find((tag): tag is Locale => tag === 'en' || tag === 'fr') ?? 'en'

const choices: { [Name in keyof Preferences]: readonly Preferences[Name][] } = {
  locale: ['en', 'fr'],
  enter_sends: [true, false],
  notify: ['none', 'mentions', 'all'],
  sound: [false, true],
}

/** Only what is one of the choices: another version may have kept others. */
function readPreferences(): Preferences {
  const preferences: Preferences = {
    locale: spoken(),
    enter_sends: true,
    notify: 'mentions',
    sound: false,
  }
  const given = parsed(kept(name))
  for (const [field, allowed] of Object.entries(choices)) {
    const value = given[field]
    if ((allowed as readonly unknown[]).includes(value)) Object.assign(preferences, { [field]: value })
  }
  return preferences
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

export interface PreferencesStore extends Settable<Preferences> {
  choose(some: Partial<Preferences>): void
}

/** Kept on the device, and the same in all of its tabs. */
export function openPreferences(): PreferencesStore {
  const store = createStore(readPreferences())
  addEventListener('storage', ({ key }) => {
    if (key === name) store.set(readPreferences())
  })
  const set = (value: Preferences) => {
    keep(name, JSON.stringify(value))
    store.set(value)
  }
  return { ...store, set, choose: (some) => set({ ...store.get(), ...some }) }
}
