import { useState } from 'react'

import { useText } from '../context.ts'
import { CodeField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { useRefusals } from './refusals.ts'
import { sign_words } from './words.ts'

interface Props {
  onCode(code: string): Promise<void>
  onBack(): void
}

/** A code of the app, or one of the backup codes for those whose phone is not at hand. */
export function SecondFactor({ onCode, onBack }: Props) {
  const words = useText(sign_words)
  const failures = { ...useRefusals(), INVALID_CREDENTIALS: { field: 'code', says: words.wrong_code } }
  const [by_backup, setByBackup] = useState(false)
  const [code, setCode] = useState('')
  const swap = () => {
    setCode('')
    setByBackup(!by_backup)
  }
  return (
    <>
      <h2>{words.factor_title}</h2>
      <p>{by_backup ? words.factor_backup : words.factor_app}</p>
      <Form
        key={String(by_backup)}
        deed={() => onCode(code.replace(/\s/g, ''))}
        button={words.go_on}
        meanwhile={words.signing_in}
        failures={failures}
      >
        <CodeField
          label={by_backup ? words.backup_code : words.app_code}
          name="code"
          inputMode={by_backup ? 'text' : 'numeric'}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
      </Form>
      <div className="app-form-row">
        <button type="button" className="app-text-button" onClick={swap}>
          {by_backup ? words.use_app : words.use_backup}
        </button>
        <button type="button" className="app-text-button" onClick={onBack}>
          {words.back}
        </button>
      </div>
    </>
  )
}
