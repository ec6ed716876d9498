import { ChatProvider, refKey, type DraftStore } from 'veza-react-components'

import { Launcher } from './Launcher.tsx'
import type { Line } from './lines.ts'
import { Room } from './Room.tsx'
import type { Wishes } from './wishes.ts'
import { ownWords } from './words.ts'

export interface WidgetProps {
  /** Null where the page has not said enough for one. */
  line: Line | null
  wishes: Wishes
  drafts: DraftStore
  setOpen(isOpen: boolean): void
  onSignIn(): void
}

/** All that is in the shadow root. */
export function Widget({ line, wishes, drafts, setOpen, onSignIn }: WidgetProps) {
  const { place, locale, region, hasLauncher, isOpen } = wishes
  return (
    <div className="vz-widget" lang={locale} dir="ltr">
      {line === null || place === null ? (
        <p className="vz-empty">{place === null ? ownWords[locale].noRoom : ownWords[locale].noSource}</p>
      ) : (
        <ChatProvider chat={line.chat} locale={locale} region={region}>
          <Launcher place={place} hasLauncher={hasLauncher} isOpen={isOpen} setOpen={setOpen}>
            <Room key={refKey(place)} line={line} place={place} wishes={wishes} drafts={drafts} onSignIn={onSignIn} />
          </Launcher>
        </ChatProvider>
      )}
    </div>
  )
}
