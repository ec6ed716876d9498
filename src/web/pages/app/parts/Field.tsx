import { useId, useState, type ComponentProps, type ReactNode } from 'react'

import { useText } from '../context.ts'
import { focused } from './focused.ts'
import { part_words } from './words.ts'

interface Frame {
  label: string
  /** Said below, as long as nothing is wrong. */
  hint?: ReactNode
  /** What is wrong with it. */
  error?: string | undefined
}

interface FieldProps extends Frame, Omit<ComponentProps<'input'>, 'id' | 'className'> {}

/** A line to fill in, with its label, a hint, and what is wrong. */
export function Field({ label, hint, error, autoFocus = false, ...rest }: FieldProps) {
  const id = useId()
  return (
    <Framed id={id} label={label} hint={hint} error={error}>
      <input
        {...rest}
        ref={autoFocus ? focused : null}
        id={id}
        className="app-input"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
    </Framed>
  )
}

/** A password, which can be shown. */
export function PasswordField({ label, hint, error, ...rest }: Omit<FieldProps, 'type'>) {
  const id = useId()
  const words = useText(part_words)
  const [shown, setShown] = useState(false)
  return (
    <Framed id={id} label={label} hint={hint} error={error}>
      <span className="app-input-row">
        <input
          {...rest}
          id={id}
          type={shown ? 'text' : 'password'}
          className="app-input"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-note`}
        />
        <button
          type="button"
          className="app-input-aside"
          aria-controls={id}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? words.hide : words.show}
        </button>
      </span>
    </Framed>
  )
}

interface TextProps extends Frame, Omit<ComponentProps<'textarea'>, 'id' | 'className'> {}

export function TextField({ label, hint, error, ...rest }: TextProps) {
  const id = useId()
  return (
    <Framed id={id} label={label} hint={hint} error={error}>
      <textarea
        {...rest}
        id={id}
        className="app-input"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
    </Framed>
  )
}

interface ChoiceProps extends Frame, Omit<ComponentProps<'select'>, 'id' | 'className'> {
  options: readonly { value: string; label: string }[]
}

export function Choice({ label, hint, error, options, ...rest }: ChoiceProps) {
  const id = useId()
  return (
    <Framed id={id} label={label} hint={hint} error={error}>
      <select
        {...rest}
        id={id}
        className="app-input"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Framed>
  )
}

function Framed({ id, label, hint, error, children }: Frame & { id: string; children: ReactNode }) {
  return (
    <div className="app-field">
      <label htmlFor={id}>{label}</label>
      {children}
      {error === undefined ? (
        <p key="hint" id={`${id}-note`} className="app-hint">
          {hint}
        </p>
      ) : (
        <p key="wrong" id={`${id}-note`} className="app-wrong" role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
