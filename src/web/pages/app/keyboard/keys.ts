const is_mac = /Mac|iPhone|iPad/.test(navigator.platform)
export const mod_key = is_mac ? '⌘' : 'Ctrl'

/** A key with what is held beside it. `mod` is Ctrl, on a Mac Cmd. */
export interface Combination {
  /** As `KeyboardEvent.key` has it. */
  key: string
  mod?: boolean
  alt?: boolean
  shift?: boolean
}

/** Everything that a key does, in the order of the sheet. Those without a name are keys of the composer and of the timeline, which see to them. */
export const shortcuts = [
  { name: 'find', keys: { key: 'k', mod: true } },
  { name: 'previous', keys: { key: 'ArrowUp', alt: true } },
  { name: 'next', keys: { key: 'ArrowDown', alt: true } },
  { name: 'previous_unread', keys: { key: 'ArrowUp', alt: true, shift: true } },
  { name: 'next_unread', keys: { key: 'ArrowDown', alt: true, shift: true } },
  { name: 'first_new', keys: { key: 'j', mod: true } },
  { name: 'search', keys: { key: 'f', mod: true, shift: true } },
  { name: 'back', keys: { key: 'Escape' } },
  { name: 'sheet', keys: { key: '?' } },
  { name: 'edit_last', keys: { key: 'ArrowUp' } },
  { name: 'walk', keys: { key: 'ArrowDown' } },
  { name: 'reply', keys: { key: 'r' } },
  { name: 'react', keys: { key: 'e' } },
] as const satisfies readonly { name: string; keys: Combination }[]

export type ShortcutName = (typeof shortcuts)[number]['name']

/** Keys that type something are for the field one types in; one that is read only takes none. */
const typesIn = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea:read-write, select'))

/** A sign alone: what speech input and a hand that slips may press by chance. */
export const isSingle = ({ key, mod = false, alt = false }: Combination): boolean => key.length === 1 && !mod && !alt

export function matches(event: KeyboardEvent, { key, mod = false, alt = false, shift = false }: Combination): boolean {
  if (event.key.toLowerCase() !== key.toLowerCase()) return false
  const has_mod = is_mac ? event.metaKey : event.ctrlKey
  const types = isSingle({ key, mod, alt })
  if (types && typesIn(event.target)) return false
  // A sign such as `?` is typed with Shift on some keyboards and without on others.
  return has_mod === mod && event.altKey === alt && (types || event.shiftKey === shift)
}

const arrows: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓' }

/** Keys that are called otherwise on keyboards of other languages; on a Mac they have signs. */
export type NamedKeys = Record<'Shift' | 'Escape', string>

/** The keys one by one, as they stand on the keyboard. */
export const keyNames = ({ key, mod, alt, shift }: Combination, named: NamedKeys): string[] => [
  ...(mod === true ? [mod_key] : []),
  ...(shift === true ? [is_mac ? '⇧' : named.Shift] : []),
  ...(alt === true ? [is_mac ? '⌥' : 'Alt'] : []),
  key === 'Escape' ? named.Escape : (arrows[key] ?? key.toUpperCase()),
]
