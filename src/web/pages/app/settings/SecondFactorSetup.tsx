import { useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { CodeField, PasswordField } from '../parts/Field.tsx'
import { focused } from '../parts/focused.ts'
import { Form } from '../parts/Form.tsx'
import { useWords } from './hooks.ts'
import { Secret } from './Secret.tsx'

interface SetupProps {
  onDone(backup_codes: string[]): void
}

/** The password, then the code of an app that has scanned the secret. */
export function SecondFactorSetup({ onDone }: SetupProps) {
  const words = useWords()
  const { rest } = useApp()
  const [password, setPassword] = useState('')
  const [setup, setSetup] = useState<shapes.SecondFactorSetup | null>(null)
  const [is_begun, begin] = useState(false)
  const failures = {
    INVALID_CREDENTIALS: { field: 'password', says: words.failures.wrongPassword },
    FEATURE_DISABLED: { says: words.factor.unavailable },
  }
  const enable = async () => {
    setSetup(await rest('POST /auth/2fa/enable', { body: { password } }))
  }
  if (setup !== null) return <Scan setup={setup} onDone={onDone} onCancel={() => setSetup(null)} />
  if (!is_begun) {
    return (
      <Button kind="main" onClick={() => begin(true)}>
        {words.factor.begin}
      </Button>
    )
  }
  return (
    <Form deed={enable} button={words.factor.next} failures={failures}>
      <PasswordField
        name="password"
        label={words.factor.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
      />
    </Form>
  )
}

/** As apps have it that take it by hand; they leave out the blanks. */
const inGroups = (secret: string): string => secret.replaceAll(/.{4}(?=.)/g, '$& ')

interface ScanProps extends SetupProps {
  setup: shapes.SecondFactorSetup
  onCancel(): void
}

function Scan({ setup, onDone, onCancel }: ScanProps) {
  const words = useWords()
  const { rest } = useApp()
  const [code, setCode] = useState('')
  const confirm = async () => {
    await rest('POST /auth/2fa/confirm', { body: { totp_code: code.trim() } })
    onDone(setup.backup_codes)
  }
  return (
    <div ref={focused} tabIndex={-1} className="vs-notice">
      <p>{words.factor.scan}</p>
      <img className="vs-qr" src={setup.qr_code} alt={words.factor.qr} width={200} height={200} />
      <p>{words.factor.secret}</p>
      <Secret label={words.factor.secret} text={setup.secret} shown={inGroups(setup.secret)} />
      <Form
        deed={confirm}
        button={words.factor.confirm}
        failures={{ INVALID_CREDENTIALS: { field: 'totp_code', says: words.failures.wrongCode } }}
        aside={<Button onClick={onCancel}>{words.cancel}</Button>}
      >
        <CodeField
          name="totp_code"
          label={words.factor.code}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          inputMode="numeric"
        />
      </Form>
    </div>
  )
}
