import { type ReactNode, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { CodeField, PasswordField } from '../parts/Field.tsx'
import { focused } from '../parts/focused.ts'
import { Form } from '../parts/Form.tsx'
import type { Asked } from '../parts/use-asked.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { Section } from './Section.tsx'
import { useMoments, useWords } from './hooks.ts'
import { Secret } from './Secret.tsx'
import { SecondFactorSetup } from './SecondFactorSetup.tsx'

interface Props {
  status: Asked<shapes.SecondFactorStatus>
  /** It is another one, or was not there: it is to be asked for again. */
  onChange(): void
}

export function SecondFactor({ status, onChange }: Props) {
  const words = useWords()
  // Shown until they are said to be kept, whatever the status is meanwhile.
  const [codes, setCodes] = useState<string[] | null>(null)
  const [said, say] = useState<string | null>(null)
  const show = (codes: string[]) => {
    say(null)
    setCodes(codes)
    onChange()
  }
  const isOff = () => {
    say(words.factor.isOff)
    onChange()
  }
  return (
    <Section title={words.factor.title}>
      <p className="app-done" role="status">
        {said}
      </p>
      <Waiting asked={status} onAgain={onChange}>
        {({ enabled, since, backup_codes_left, required }): ReactNode =>
          codes !== null ? (
            <BackupCodes codes={codes} onKept={() => setCodes(null)} />
          ) : enabled ? (
            <>
              <FactorIsOn since={since} left={backup_codes_left} />
              <NewCodes onCodes={show} />
              {!required && <Disable onDone={isOff} />}
            </>
          ) : (
            <>
              <p>
                {words.factor.off} {required && words.factor.required}
              </p>
              <SecondFactorSetup onDone={show} />
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
    <div ref={focused} tabIndex={-1} className="vs-notice">
      <h3>{words.factor.codesTitle}</h3>
      <p>{words.factor.codes}</p>
      <Secret label={words.factor.codesTitle} text={codes.join('\n')} file="veza-backup-codes.txt" />
      <Button kind="main" onClick={onKept}>
        {words.factor.kept}
      </Button>
    </div>
  )
}

function NewCodes({ onCodes }: { onCodes(codes: string[]): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [code, setCode] = useState('')
  const make = async () => {
    const { backup_codes } = await rest('POST /auth/2fa/backup-codes', { body: { totp_code: code.trim() } })
    onCodes(backup_codes)
  }
  const failures = { INVALID_CREDENTIALS: { field: 'totp_code', says: words.failures.wrongCode } }
  return (
    <details>
      <summary>{words.factor.newCodes}</summary>
      <p>{words.factor.newCodesHint}</p>
      <Form deed={make} button={words.factor.make} failures={failures}>
        <CodeField
          name="totp_code"
          label={words.factor.anyCode}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Form>
    </details>
  )
}

function Disable({ onDone }: { onDone(): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const disable = async () => {
    await rest('POST /auth/2fa/disable', { body: { password, totp_code: code.trim() } })
    onDone()
  }
  // The server does not tell which of the two it was.
  const failures = { INVALID_CREDENTIALS: { says: words.failures.wrongEither } }
  return (
    <details>
      <summary>{words.factor.disable}</summary>
      <Form deed={disable} button={words.factor.turnOff} failures={failures} is_dangerous>
        <PasswordField
          name="password"
          label={words.factor.password}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <CodeField
          name="totp_code"
          label={words.factor.anyCode}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Form>
    </details>
  )
}
