import { useRef, useState, type FormEvent } from 'react'

import { useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { Field } from '../parts/Field.tsx'
import { useWrongField } from '../parts/use-wrong-field.ts'
import { useRefusalText } from './refusals.ts'
import { sign_words } from './words.ts'

interface Props {
  busy: boolean
  error: unknown
  onCode(code: string): void
  onBack(): void
}

/** A code of the app, or one of the backup codes for those whose phone is not at hand. */
export function SecondFactor({ busy, error, onCode, onBack }: Props) {
  const words = useText(sign_words)
  const text = useRefusalText()
  const [by_backup, setByBackup] = useState(false)
  const [code, setCode] = useState('')
  const wrong = error === null ? undefined : codeOf(error) === 'INVALID_CREDENTIALS' ? words.wrong_code : text(error)

  const form = useRef<HTMLFormElement>(null)
  useWrongField(form, error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCode(code.replace(/\s/g, ''))
  }
  const swap = () => {
    setCode('')
    setByBackup(!by_backup)
  }
  return (
    <form ref={form} className="app-form" onSubmit={submit}>
      <h2>{words.factor_title}</h2>
      <p>{by_backup ? words.factor_backup : words.factor_app}</p>
      <Field
        key={String(by_backup)}
        label={by_backup ? words.backup_code : words.app_code}
        name="code"
        autoComplete="one-time-code"
        inputMode={by_backup ? 'text' : 'numeric'}
        autoCapitalize="none"
        spellCheck={false}
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
        error={wrong}
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
      />
      <Button kind="main" submits aria-disabled={busy}>
        {busy ? words.signing_in : words.go_on}
      </Button>
      <div className="app-form-row">
        <button type="button" className="app-text-button" onClick={swap}>
          {by_backup ? words.use_app : words.use_backup}
        </button>
        <button type="button" className="app-text-button" onClick={onBack}>
          {words.back}
        </button>
      </div>
    </form>
  )
}
