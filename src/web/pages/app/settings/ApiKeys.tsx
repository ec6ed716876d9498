import { useCallback, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Confirm } from '../parts/Confirm.tsx'
import { More } from '../parts/More.tsx'
import { usePages } from '../parts/use-pages.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { Section } from './Section.tsx'
import { useMoments, useWords } from './hooks.ts'
import { NewApiKey } from './NewApiKey.tsx'

export function ApiKeys() {
  const words = useWords()
  const { rest } = useApp()
  const ask = useCallback(
    (cursor: string | null, signal: AbortSignal) =>
      rest('GET /auth/api-keys', { query: { ...(cursor !== null && { cursor }) }, signal }),
    [rest],
  )
  const list = usePages(ask)
  const value = list.pages?.flatMap(({ api_keys }) => api_keys) ?? null
  const [said, say] = useState<string | null>(null)
  const [doomed, doom] = useState<shapes.ApiKey | null>(null)
  const revoke = async ({ id, name }: shapes.ApiKey) => {
    await rest('DELETE /auth/api-keys/{id}', { path: { id } })
    list.again()
    say(words.keys.revoked(name))
  }
  return (
    <>
      <p>{words.keys.explained}</p>
      <Section title={words.keys.yours}>
        <Waiting asked={{ value, error: list.error }} onAgain={list.again}>
          {(keys) =>
            keys.length === 0 ? (
              <p>{words.keys.none}</p>
            ) : (
              <ul className="vs-list">
                {keys.map((key) => (
                  <KeyRow key={key.id} apiKey={key} onRevoke={() => doom(key)} />
                ))}
              </ul>
            )
          }
        </Waiting>
        <More of={list} label={words.loadMore} />
        <p className="app-done" role="status">
          {said}
        </p>
      </Section>
      <Section title={words.keys.create}>
        <NewApiKey onMade={list.again} />
      </Section>
      {doomed !== null && (
        <Confirm
          question={{
            title: words.keys.revokeOf(doomed.name),
            text: words.keys.revokeSure(doomed.name),
            deed: words.keys.revoke,
            run: () => revoke(doomed),
          }}
          onClose={() => doom(null)}
        />
      )}
    </>
  )
}

function KeyRow({ apiKey, onRevoke }: { apiKey: shapes.ApiKey; onRevoke(): void }) {
  const { keys } = useWords()
  const { ago, day, isPast } = useMoments()
  const { name, prefix, permissions, ip_whitelist, expires_at, last_used_at } = apiKey
  const is_expired = expires_at !== null && isPast(expires_at)
  const facts = [
    keys.prefix(prefix),
    last_used_at === null ? keys.never : keys.used(ago(last_used_at)),
    expires_at === null ? '' : is_expired ? keys.expired(day(expires_at)) : keys.until(day(expires_at)),
    ip_whitelist.length === 0 ? '' : keys.from(ip_whitelist.join(', ')),
  ]
  return (
    <li className="vs-row">
      <div>
        <strong>{name}</strong>
        <p className="app-hint">{facts.filter((fact) => fact !== '').join(' · ')}</p>
        <p className="app-hint">{permissions.map((permission) => keys.scopes[permission]).join(', ')}</p>
      </div>
      <Button aria-label={keys.revokeOf(name)} onClick={onRevoke}>
        {keys.revoke}
      </Button>
    </li>
  )
}
