import { useState } from 'react'

import { useSay } from './speech.ts'
import type { TextKey } from './texts.ts'

/** Copies texts, and says how the last one went. Browsers refuse it to pages without TLS that are not local. */
export function useCopy(success: TextKey = 'copied') {
  const say = useSay()
  const [outcome, setOutcome] = useState<TextKey | null>(null)
  const copy = (text: string) => {
    const clipboard = navigator.clipboard as Clipboard | undefined
    if (clipboard === undefined) return setOutcome('copy_failed')
    clipboard.writeText(text).then(
      () => setOutcome(success),
      () => setOutcome('copy_failed'),
    )
  }
  return { copy, said: outcome === null ? '' : say(outcome), forget: () => setOutcome(null) }
}
