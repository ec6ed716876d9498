import { useCallback } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { More } from '../parts/More.tsx'
import { usePages } from '../parts/use-pages.ts'
import { Outcome } from './Form.tsx'
import { useDeed, useMoments, useWords } from './hooks.ts'
import { Waiting } from './Waiting.tsx'

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
      <Waiting on={{ value, failed: list.error !== null, reload: list.again }}>
        {(blocks) =>
          blocks.length === 0 ? (
            <p>{words.blocked.none}</p>
          ) : (
            <ul className="vs-list">
              {blocks.map(({ user, blocked_at }) => (
                <li className="vs-row" key={user.id}>
                  <div>
                    <strong>{user.display_name ?? user.username}</strong>
                    <p className="vs-hint">
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
      <Outcome done={deed.done} says={deed.failure?.says ?? null} />
    </>
  )
}
