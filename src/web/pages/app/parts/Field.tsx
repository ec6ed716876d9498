import { type ComponentProps, createContext, type ReactNode, useContext, useId, useState } from 'react'

import { useText } from '../context.ts'
import { focused } from './focused.ts'
import { part_words } from './words.ts'

/** What is wrong with each field of the form around, by its name. */
const WrongContext = createContext<Record<string, string>>({})
export const WrongFields = WrongContext.Provider
export const useWrong = (name: string): string | undefined => useContext(WrongContext)[name]

interface Frame {
  label: string
  /** Said below, as long as nothing is wrong. */
  hint?: ReactNode
}

type Of<Tag extends 'input' | 'textarea' | 'select'> = Frame & Omit<ComponentProps<Tag>, 'id' | 'className'>

/**
 * A line to fill in, with its label, a hint, and what is wrong. `maxLength` is in code points and cuts nothing off, which one would not see of a password that was pasted: the form
 * says so.
 */
export const Field = ({ label, hint, autoFocus = false, maxLength, ...rest }: Of<'input'>) => (
  <Framed label={label} hint={hint} name={rest.name}>
    {(given) => <input {...rest} {...given} data-most={maxLength} ref={autoFocus ? focused : null} />}
  </Framed>
)

/** A password, which can be shown: that of the person, if nothing else is said. */
export function PasswordField({ label, hint, autoFocus = false, maxLength, ...rest }: Omit<Of<'input'>, 'type'>) {
  const words = useText(part_words)
  const [shown, setShown] = useState(false)
  return (
    <Framed label={label} hint={hint} name={rest.name}>
      {(given) => (
        <span className="app-input-row">
          <input
            autoComplete="current-password"
            required
            {...rest}
            {...given}
            data-most={maxLength}
            ref={autoFocus ? focused : null}
            type={shown ? 'text' : 'password'}
            autoCapitalize="none"
            spellCheck={false}
          />
          <button
            type="button"
            className="app-input-aside"
            aria-controls={given.id}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? words.hide : words.show}
          </button>
        </span>
      )}
    </Framed>
  )
}

/** A code of a second factor. */
export const CodeField = (props: Of<'input'>) => (
  <Field autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} required {...props} />
)

export const TextField = ({ label, hint, maxLength, ...rest }: Of<'textarea'>) => (
  <Framed label={label} hint={hint} name={rest.name}>
    {(given) => <textarea {...rest} {...given} data-most={maxLength} />}
  </Framed>
)

interface ChoiceProps extends Of<'select'> {
  options: readonly { value: string; label: string }[]
}

/** One of many. */
export const Choice = ({ label, hint, options, ...rest }: ChoiceProps) => (
  <Framed label={label} hint={hint} name={rest.name}>
    {(given) => (
      <select {...rest} {...given}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    )}
  </Framed>
)

interface Given {
  id: string
  className: string
  'aria-invalid': boolean
  'aria-describedby': string
}

interface FramedProps extends Frame {
  name: string | undefined
  children(given: Given): ReactNode
}

function Framed({ label, hint, name = '', children }: FramedProps) {
  const id = useId()
  const wrong = useWrong(name)
  const note = `${id}-note`
  return (
    <div className="app-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, className: 'app-input', 'aria-invalid': wrong !== undefined, 'aria-describedby': note })}
      {wrong === undefined ? (
        <p key="hint" id={note} className="app-hint">
          {hint}
        </p>
      ) : (
        <p key="wrong" id={note} className="app-wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  )
}
