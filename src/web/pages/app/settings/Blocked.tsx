import { useCallback } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Outcome } from '../parts/Form.tsx'
import { More } from '../parts/More.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { usePages } from '../parts/use-pages.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { useMoments, useWords } from './hooks.ts'

export function Blocked() {
  const words = useWords()
  const { rest } = useApp()
  const { ago } = useMoments()
  const ask = useCallback(
    (cursor: string | null, signal: AbortSignal) =>
      rest('GET /users/me/blocks', { query: { ...(cursor !== null && { cursor }) }, signal }),
    [rest],
  )
  const list = usePages(ask)
  const value = list.pages?.flatMap(({ blocks }) => blocks) ?? null
  const deed = useDeed()
  const lift = ({ id, username }: shapes.User) =>
    deed.run(async () => {
      await rest('DELETE /users/{id}/block', { path: { id } })
      list.again()
      return words.blocked.lifted(username)
    })
  return (
    <>
      <p>{words.blocked.explained}</p>
      <Waiting asked={{ value, error: list.error }} onAgain={list.again}>
        {(blocks) =>
          blocks.length === 0 ? (
            <p>{words.blocked.none}</p>
          ) : (
            <ul className="vs-list">
              {blocks.map(({ user, blocked_at }) => (
                <li className="vs-row" key={user.id}>
                  <div>
                    <strong>{user.display_name ?? user.username}</strong>
                    <p className="app-hint">
                      @{user.username} · {words.blocked.since(ago(blocked_at))}
                    </p>
                  </div>
                  <Button aria-label={words.blocked.liftOf(user.username)} onClick={() => lift(user)}>
                    {words.blocked.lift}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
      <More of={list} label={words.loadMore} />
      <Outcome of={deed} />
    </>
  )
}
