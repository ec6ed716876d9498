import { useLayoutEffect, useRef, useState } from 'react'

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

  /** As it is on screen, for when one leaves. */
  const latest = useRef(draft.text)

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
  const isKept = editing === null && key !== undefined && store !== undefined
  useLayoutEffect(() => {
    if (!isKept) return
    const save = () => {
      if (store.get(key) !== latest.current) store.set(key, latest.current)
    }
    addEventListener('pagehide', save)
    return () => {
      removeEventListener('pagehide', save)
      // One leaves in the middle of a word: so this is no effect that may come too late.
      save()
    }
  }, [store, key, isKept])
  useLayoutEffect(() => {
    if (!isKept) return
    // What another tab sent or wrote on is taken over where nobody has written anything else meanwhile.
    return store.subscribe?.((now, before) => {
      if (latest.current === before(key)) setDraft((own) => ({ ...own, text: now(key) }))
    })
  }, [store, key, isKept])
  useLayoutEffect(() => {
    latest.current = text
    if (!isKept || store.get(key) === text) return
    // What was sent is no draft any more, at once.
    const timer = setTimeout(() => store.set(key, text), text === '' ? 0 : 300)
    return () => clearTimeout(timer)
  }, [store, key, text, isKept])

  return { text, setText: (next: string) => setDraft({ ...current, text: next }) }
}
