import { useLayoutEffect, useState } from 'react'

import { createDrafts, type DraftStore } from './drafts.ts'

let shared: DraftStore | undefined
const sharedDrafts = (): DraftStore => (shared ??= createDrafts())

/** The text of the composer. While a message is edited it is that message's, and the draft waits. */
export function useDraft(
  key: string | undefined,
  editing: { message_id: number; content: string } | null,
  drafts: DraftStore | undefined,
) {
  const store = drafts ?? (key === undefined ? undefined : sharedDrafts())
  const place = editing === null ? `draft ${key ?? ''}` : `edit ${editing.message_id}`
  const initial = () => editing?.content ?? (key === undefined ? '' : (store?.get(key) ?? ''))
  /** `waiting`: a draft that no store keeps waits here while one edits. */
  const [draft, setDraft] = useState(() => ({ place, text: initial(), waiting: '' }))

  let current = draft
  if (draft.place !== place) {
    const waiting = draft.place.startsWith('draft') && editing !== null ? draft.text : draft.waiting
    const isBack = draft.place.startsWith('edit') && editing === null && key === undefined
    // What was written before it was known whose draft it is stays.
    const isNamed = draft.place === 'draft ' && draft.text !== '' && editing === null
    current = { place, waiting, text: isNamed ? draft.text : isBack ? waiting : initial() }
    setDraft(current)
  }

  const text = current.text
  useLayoutEffect(() => {
    if (editing !== null || key === undefined || store === undefined || store.get(key) === text) return
    const save = () => store.set(key, text)
    // What was sent is no draft any more, at once.
    const timer = setTimeout(save, text === '' ? 0 : 300)
    addEventListener('pagehide', save)
    return () => {
      removeEventListener('pagehide', save)
      clearTimeout(timer)
      // One leaves in the middle of a word: so this is no effect that may come too late.
      save()
    }
  }, [store, key, text, editing])

  return { text, setText: (next: string) => setDraft({ ...current, text: next }) }
}
