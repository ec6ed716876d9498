import type { Ref } from 'veza-js-sdk'
import { LiveThreadPane } from 'veza-react-components'

import { useShell } from '../context.ts'

export function Thread({ at, message }: { at: Ref; message: number }) {
  const { router } = useShell()
  return (
    <div className="app-side">
      <LiveThreadPane of={at} parent_id={message} onClose={() => router.show(null)} />
    </div>
  )
}
