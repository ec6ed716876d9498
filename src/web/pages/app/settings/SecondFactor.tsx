import { type ReactNode, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Section } from './Choice.tsx'
import { Field, Form } from './Form.tsx'
import { type Loaded, useMoments, useWords } from './hooks.ts'
import { Secret } from './Secret.tsx'
import { SecondFactorSetup } from './SecondFactorSetup.tsx'
import { Waiting } from './Waiting.tsx'

type Status = Loaded<shapes.SecondFactorStatus>

export function SecondFactor({ status }: { status: Status }) {
  const words = useWords()
  // Shown until they are said to be kept, whatever the status is meanwhile.
  const [codes, setCodes] = useState<string[] | null>(null)
  const [said, say] = useState<string | null>(null)
  return (
    <Section title={words.factor.title}>
      <p className="vs-done" role="status">
        {said}
      </p>
      <Waiting on={status}>
        {({ enabled, since, backup_codes_left, required }): ReactNode =>
          codes !== null ? (
            <BackupCodes codes={codes} onKept={() => setCodes(null)} />
          ) : enabled ? (
            <>
              <FactorIsOn since={since} left={backup_codes_left} />
              <NewCodes status={status} onCodes={setCodes} />
              {!required && <Disable status={status} onDone={() => say(words.factor.isOff)} />}
            </>
          ) : (
            <>
              <p>
                {words.factor.off} {required && words.factor.required}
              </p>
              <SecondFactorSetup
                onDone={(codes, known) => {
                  say(null)
                  setCodes(codes)
                  status.set(known)
                }}
              />
            </>
          )
        }
      </Waiting>
    </Section>
  )
}

function FactorIsOn({ since, left }: { since: string | null; left: number }) {
  const words = useWords()
  const { day } = useMoments()
  return (
    <p>
      {since !== null && words.factor.on(day(since))} {words.factor.left(left)}
    </p>
  )
}

function BackupCodes({ codes, onKept }: { codes: string[]; onKept(): void }) {
  const words = useWords()
  return (
    <div className="vs-notice">
      <h3>{words.factor.codesTitle}</h3>
      <p>{words.factor.codes}</p>
      <Secret label={words.factor.codesTitle} text={codes.join('\n')} file="veza-backup-codes.txt" />
      <Button kind="main" onClick={onKept}>
        {words.factor.kept}
      </Button>
    </div>
  )
}

function NewCodes({ status, onCodes }: { status: Status; onCodes(codes: string[]): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [code, setCode] = useState('')
  const make = async () => {
    const { backup_codes } = await rest('POST /auth/2fa/backup-codes', { body: { totp_code: code.trim() } })
    onCodes(backup_codes)
    status.reload()
    return undefined
  }
  const failures = { INVALID_CREDENTIALS: { field: 'totp_code', says: words.failures.wrongCode } }
  return (
    <details>
      <summary>{words.factor.newCodes}</summary>
      <p>{words.factor.newCodesHint}</p>
      <Form deed={make} button={words.factor.make} failures={failures}>
        <Field
          name="totp_code"
          label={words.factor.anyCode}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          is_required
        />
      </Form>
    </details>
  )
}

function Disable({ status, onDone }: { status: Status; onDone(): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const disable = async () => {
    await rest('POST /auth/2fa/disable', { body: { password, totp_code: code.trim() } })
    onDone()
    status.reload()
    return undefined
  }
  // The server does not tell which of the two it was.
  const failures = { INVALID_CREDENTIALS: { says: words.failures.wrongEither } }
  return (
    <details>
      <summary>{words.factor.disable}</summary>
      <Form deed={disable} button={words.factor.turnOff} failures={failures} is_dangerous>
        <Field
          name="password"
          type="password"
          label={words.factor.password}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          is_required
        />
        <Field
          name="totp_code"
          label={words.factor.anyCode}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          is_required
        />
      </Form>
    </details>
  )
}
