import { useCallback, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Confirm } from '../parts/Confirm.tsx'
import { codeOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useDeed } from '../parts/use-deed.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { Section } from './Section.tsx'
import { useMoments, useWords } from './hooks.ts'
import { useLeave } from './use-leave.ts'

export function Sessions() {
  const words = useWords()
  const { rest } = useApp()
  const leave = useLeave()
  const ask = useCallback((signal: AbortSignal) => rest('GET /auth/sessions', { signal }), [rest])
  const [asked, again] = useAsked(ask)
  const deed = useDeed()
  const [is_asked, setAsked] = useState(false)
  const others = (asked.value?.sessions ?? []).filter(({ is_current }) => !is_current)

  // One that ended by itself meanwhile is what was wanted.
  const endOne = (id: string) =>
    rest('DELETE /auth/sessions/{id}', { path: { id } }).catch((error: unknown) => {
      if (codeOf(error) !== 'NOT_FOUND') throw error
    })
  const end = ({ id, ...session }: shapes.Session) =>
    deed.run(async () => {
      await endOne(id)
      again()
      return words.sessions.ended(words.sessions.named(session.device))
    })
  const endOthers = () =>
    deed.run(async () => {
      for (const { id } of others) await endOne(id)
      again()
      return words.sessions.othersEnded(others.length)
    })
  const endAll = async () => {
    await rest('POST /auth/logout-all')
    await leave()
  }
  return (
    <Section title={words.sessions.title}>
      <p>{words.sessions.explained}</p>
      <Waiting asked={asked} onAgain={again}>
        {({ sessions }) => (
          <ul className="vs-list">
            {sessions.map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => end(session)} />
            ))}
          </ul>
        )}
      </Waiting>
      <div className="app-form-row">
        {others.length > 0 && <Button onClick={endOthers}>{words.sessions.endOthers}</Button>}
        <Button kind="danger" onClick={() => setAsked(true)}>
          {words.sessions.endAll}
        </Button>
        <Outcome of={deed} />
      </div>
      {is_asked && (
        <Confirm
          question={{
            title: words.sessions.endAll,
            text: words.sessions.endAllSure,
            deed: words.sessions.endAll,
            run: endAll,
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </Section>
  )
}

function SessionRow({ session, onEnd }: { session: shapes.Session; onEnd(): void }) {
  const words = useWords()
  const { ago } = useMoments()
  const { ip, last_used_at, created_at, is_current } = session
  const device = words.sessions.named(session.device)
  const facts = [words.sessions.used(ago(last_used_at)), words.sessions.began(ago(created_at)), ip]
  return (
    <li className="vs-row">
      <div>
        <strong>{device}</strong> {is_current && <span className="vs-badge">{words.sessions.current}</span>}
        <p className="app-hint">{facts.filter((fact) => fact !== null).join(' · ')}</p>
      </div>
      {!is_current && (
        <Button aria-label={words.sessions.endOf(device)} onClick={onEnd}>
          {words.sessions.end}
        </Button>
      )}
    </li>
  )
}
