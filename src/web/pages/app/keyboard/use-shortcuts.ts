import { useLayoutEffect, useRef } from 'react'

import { preferences } from '../settings/preferences.ts'
import { isSingle, matches, shortcuts, type ShortcutName } from './keys.ts'

/** Runs what a key of the table does, unless a dialog is open or whoever has the focus took the key. Returns from `runs` false to leave the key alone. */
export function useShortcuts(runs: Partial<Record<ShortcutName, () => boolean | void>>): void {
  const latest = useRef(runs)
  useLayoutEffect(() => {
    latest.current = runs
  })
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]') !== null) return
      for (const { name, keys } of shortcuts) {
        const run = latest.current[name]
        if (run === undefined || !matches(event, keys)) continue
        if (isSingle(keys) && !preferences.get().single_keys) return
        if (run() !== false) event.preventDefault()
        return
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
