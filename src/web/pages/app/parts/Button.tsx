import type { ComponentProps, ReactNode } from 'react'

import { Icon, type IconName } from './Icon.tsx'

interface Props extends Omit<ComponentProps<'button'>, 'type'> {
  /** `plain` by default; one `main` in a place at most. */
  kind?: 'main' | 'plain' | 'quiet' | 'danger'
  submits?: boolean
  children: ReactNode
}

export const Button = ({ kind = 'plain', submits = false, className = '', ...rest }: Props) => (
  <button {...rest} type={submits ? 'submit' : 'button'} className={`app-button app-button-${kind} ${className}`} />
)

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'children'> {
  icon: IconName
  /** What it does: read aloud, and shown to a pointer that waits. */
  label: string
}

export const IconButton = ({ icon, label, className = '', ...rest }: IconButtonProps) => (
  <button {...rest} type="button" className={`app-icon-button ${className}`} aria-label={label} title={label}>
    <Icon name={icon} />
  </button>
)
