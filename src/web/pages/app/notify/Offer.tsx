import { useState } from 'react'

import { useShell, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { usePreferences } from '../settings/preferences.ts'
import { keep, kept } from '../stored.ts'
import { knowsNotifications } from './browser.ts'
import { askPermission, usePermission } from './permission.ts'
import { notify_words } from './words.ts'

const name = 'veza.notifications-declined'

/** Offers notifications once; the browser is asked only when somebody wants them. */
export function Offer() {
  const words = useText(notify_words)
  const { tell } = useShell()
  const { notify } = usePreferences()
  const permission = usePermission()
  const [is_over, setOver] = useState(() => kept(name) !== null)
  if (is_over || notify === 'none' || !knowsNotifications() || permission !== 'default') return null
  const decline = () => {
    keep(name, new Date().toISOString())
    setOver(true)
  }
  const accept = async () => {
    const answer = await askPermission()
    if (answer === 'denied') tell(words.refused)
    setOver(true)
  }
  return (
    <div className="app-offer">
      <p>{words.offer}</p>
      <div className="app-form-row">
        <Button onClick={() => void accept()}>{words.turn_on}</Button>
        <Button kind="quiet" onClick={decline}>
          {words.not_now}
        </Button>
      </div>
    </div>
  )
}
