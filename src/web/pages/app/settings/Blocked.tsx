import type { shapes } from 'veza-js-sdk'
import { Button } from '../parts/Button.tsx'

import { useApp } from '../context.ts'
import { Outcome } from './Form.tsx'
import { useDeed, useMoments, useWords } from './hooks.ts'
import { usePages } from './use-pages.ts'
import { Waiting } from './Waiting.tsx'

export function Blocked() {
  const words = useWords()
  const { rest } = useApp()
  const { ago } = useMoments()
  const pages = usePages(async (cursor) => {
    const { blocks, next_cursor } = await rest('GET /users/me/blocks', {
      query: { ...(cursor !== null && { cursor }) },
    })
    return { items: blocks, next_cursor }
  })
  const deed = useDeed()
  const lift = ({ id, username }: shapes.User) =>
    deed.run(async () => {
      await rest('DELETE /users/{id}/block', { path: { id } })
      pages.reload()
      return words.blocked.lifted(username)
    })
  return (
    <>
      <p>{words.blocked.explained}</p>
      <Waiting on={pages}>
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
      {pages.more !== null && <Button onClick={pages.more}>{words.loadMore}</Button>}
      <Outcome done={deed.done} says={deed.failure?.says ?? null} />
    </>
  )
}
