import { useId } from 'react'

interface OptionsProps<T extends string> {
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
export function Options<T extends string>({
  label,
  options,
  nameOf,
  value,
  onChange,
  hint,
  is_titled,
  langOf,
}: OptionsProps<T>) {
  const id = useId()
  return (
    <fieldset className="app-choices" aria-describedby={hint === undefined ? undefined : id}>
      <legend className={is_titled === true ? 'vz-hidden' : undefined}>{label}</legend>
      {options.map((option) => (
        <label className="app-option" key={option}>
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
