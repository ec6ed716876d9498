import { type ReactNode, useId } from 'react'

interface ChoiceProps<T extends string> {
  label: string
  options: readonly T[]
  nameOf(option: T): string
  value: T | null
  onChange(value: T): void
  hint?: string
  /** The section around says the label already, so it is there for those alone who hear. */
  is_titled?: boolean
  /** Language of each name, where they are in several. */
  langOf?(option: T): string
}

/** One of a few, all in sight. */
export function Choice<T extends string>({
  label,
  options,
  nameOf,
  value,
  onChange,
  hint,
  is_titled,
  langOf,
}: ChoiceProps<T>) {
  const id = useId()
  return (
    <fieldset className="vs-choice" aria-describedby={hint === undefined ? undefined : id}>
      <legend className={is_titled === true ? 'vz-hidden' : undefined}>{label}</legend>
      {options.map((option) => (
        <label className="vs-option" key={option}>
          <input
            type="radio"
            name={`${id}-choice`}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          <span lang={langOf?.(option)}>{nameOf(option)}</span>
        </label>
      ))}
      {hint !== undefined && (
        <p className="app-hint" id={id}>
          {hint}
        </p>
      )}
    </fieldset>
  )
}

interface SwitchProps {
  label: string
  hint?: string
  is_on: boolean
  onChange(is_on: boolean): void
}

export function Switch({ label, hint, is_on, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div>
      <label className="vs-option">
        <input
          type="checkbox"
          checked={is_on}
          aria-describedby={hint === undefined ? undefined : id}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      {hint !== undefined && (
        <p className="app-hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** A titled piece of a part. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="vs-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
