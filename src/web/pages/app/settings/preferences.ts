import { useStore } from '../context.ts'
import { createKept } from '../stored.ts'

/** What somebody chose for this device, beside how it looks. */
export interface Preferences {
  /** Else Enter begins a new line, and Ctrl or Cmd with it sends. */
  enter_sends: boolean
  /** Whether keys without Ctrl, Alt or Cmd do something outside of fields (WCAG 2.1.4). */
  single_keys: boolean
  /** What notifications tell of. */
  notify: 'all' | 'mentions' | 'none'
  /** Whether a notification shows what was written. */
  preview: boolean
  sound: boolean
}

export const notify_levels = ['all', 'mentions', 'none'] as const

function preferencesOf(kept: unknown): Preferences {
  const { enter_sends, single_keys, notify, preview, sound } = (kept ?? {}) as Partial<
    Record<keyof Preferences, unknown>
  >
  return {
    enter_sends: enter_sends !== false,
    single_keys: single_keys !== false,
    notify: notify_levels.find((level) => level === notify) ?? 'mentions',
    preview: preview !== false,
    sound: sound === true,
  }
}

export const preferences = createKept('veza.preferences', preferencesOf)

export const usePreferences = (): Preferences => useStore(preferences)
