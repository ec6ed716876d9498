import { createContext, type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react'

import { Button } from '../parts/Button.tsx'
import type { Failures } from './failure.ts'
import { useDeed, useWords } from './hooks.ts'

const no_faults: Record<string, string> = {}
/** What is wrong with each field of the form around, by its name. */
const FaultsContext = createContext(no_faults)

interface FormProps {
  /** What the form does; what it resolves to is said when it is done. */
  deed(): Promise<string | undefined>
  button: string
  failures?: Failures
  is_dangerous?: boolean
  /** Beside the button. */
  aside?: ReactNode
  children: ReactNode
}

/** Fields with one button. Says what came of it, and brings people to the first field that is wrong. */
export function Form({ deed, button, failures, is_dangerous = false, aside, children }: FormProps) {
  const { is_busy, failure, done, run } = useDeed(failures)
  const form = useRef<HTMLFormElement>(null)
  const [stray, setStray] = useState<string | null>(null)
  useEffect(() => {
    const { current } = form
    if (failure === null || current === null) return
    current.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
    // A reason for a field that this form does not have is said below it.
    const others = Object.entries(failure.fields).filter(([name]) => !(name in current.elements))
    setStray(others.length === 0 ? null : others.map(([name, reason]) => `${name}: ${reason}`).join('; '))
  }, [failure])
  return (
    <form
      ref={form}
      className="vs-form"
      onSubmit={(event) => {
        event.preventDefault()
        run(deed)
      }}
    >
      <FaultsContext value={failure?.fields ?? no_faults}>{children}</FaultsContext>
      <div className="vs-actions">
        <Button kind={is_dangerous ? 'danger' : 'main'} submits aria-disabled={is_busy}>
          {button}
        </Button>
        {aside}
        <Outcome done={done} says={failure === null ? null : (failure.says ?? stray)} />
      </div>
    </form>
  )
}

/** The regions are there before there is anything to say, so that it is read out. */
export function Outcome({ done, says }: { done: string | null; says: string | null }) {
  return (
    <>
      <p className="vs-done" role="status">
        {done}
      </p>
      <p className="vs-failed" role="alert">
        {says}
      </p>
    </>
  )
}

export interface FieldProps {
  name: string
  label: string
  value: string
  onChange(value: string): void
  hint?: string
  type?: 'text' | 'email' | 'password'
  autoComplete?: string
  inputMode?: 'numeric' | 'text'
  maxLength?: number
  is_required?: boolean
  /** Lines, when more than one. */
  rows?: number
}

export function Field({
  name,
  label,
  value,
  onChange,
  hint,
  type = 'text',
  is_required = false,
  rows,
  ...rest
}: FieldProps) {
  const id = useId()
  const words = useWords()
  const fault = useContext(FaultsContext)[name]
  const [is_shown, show] = useState(false)
  const described = [hint !== undefined && `${id}-hint`, fault !== undefined && `${id}-fault`].filter(Boolean).join(' ')
  const given = {
    ...rest,
    id,
    name,
    value,
    required: is_required,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
    'aria-invalid': fault !== undefined,
    ...(described !== '' && { 'aria-describedby': described }),
  }
  return (
    <div className="vs-field">
      <label htmlFor={id}>{label}</label>
      <div className="vs-input">
        {rows === undefined ? (
          <input
            {...given}
            type={is_shown ? 'text' : type}
            spellCheck={type === 'text' && rest.autoComplete === undefined}
          />
        ) : (
          <textarea {...given} rows={rows} spellCheck={false} />
        )}
        {type === 'password' && (
          <button
            className="vs-eye"
            type="button"
            aria-pressed={is_shown}
            aria-label={is_shown ? words.hidePassword : words.showPassword}
            title={is_shown ? words.hidePassword : words.showPassword}
            onClick={() => show(!is_shown)}
          >
            <Eye is_open={is_shown} />
          </button>
        )}
      </div>
      {hint !== undefined && (
        <p className="vs-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p className="vs-fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}

function Eye({ is_open }: { is_open: boolean }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
      <path
        d={`M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4${is_open ? 'M3.5 16.5l13-13' : ''}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  )
}
