import { useState } from 'react'
import { createRoot } from 'react-dom/client'

import { LiveConnectionBar, LiveInput, LiveMessages, LiveRoomList, LiveTypingLine, VezaProvider, type Place } from '../../../../sdks/react/src/index.ts' // prettier-ignore

/** `#<url>|<token>`: who is here. */
const [url = '', token = ''] = decodeURIComponent(location.hash.slice(1)).split('|')

/** As the guide has it. */
function TwoPanes() {
  const [place, setPlace] = useState<Place>('general')
  return (
    <div id="panes" style={{ display: 'flex', height: 500 }}>
      <LiveRoomList selected={place} onSelect={({ ref }) => setPlace(ref)} />
      <div style={{ display: 'flex', flexDirection: 'column', flex: 1, minWidth: 0 }}>
        <LiveConnectionBar />
        <LiveMessages of={place} />
        <LiveTypingLine of={place} />
        <LiveInput of={place} />
      </div>
    </div>
  )
}

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <VezaProvider url={url} token={token} theme="dark">
      <TwoPanes />
    </VezaProvider>,
  )
