import { type ReactNode, useId } from 'react'

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
      <label className="app-option">
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
