import { useEffect, useState } from 'react'
import type { Pending } from 'veza-js-sdk'

import { useSettings } from '../settings.tsx'
import type { MessageActions } from './actions.ts'

/** Takes back what is not sent. */
export function Discard({ pending, actions }: { pending: Pending; actions: MessageActions }) {
  const { words } = useSettings()
  const { discard } = actions
  if (discard === undefined) return null
  const begin = (row: Element | null) => {
    // The focus is not to be lost with the button.
    const beside = row?.nextElementSibling ?? row?.previousElementSibling
    beside?.querySelector<HTMLElement>('.vz-message')?.focus({ preventScroll: true })
    discard(pending.client_id)
  }
  return (
    <button type="button" className="vz-button" onClick={(event) => begin(event.currentTarget.closest('.vz-row'))}>
      {words.discard}
    </button>
  )
}

/** Most are taken before one could take them back. */
const long_ms = 2000

/** Whether it has not been sent for so long that one may think better of it. */
export function useLongWait({ status, created_at }: Pending): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), Date.parse(created_at) + long_ms - Date.now())
    return () => clearTimeout(timer)
  }, [created_at])
  return status === 'queued' && isLong
}
