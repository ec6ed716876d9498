import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { VezaProvider } from '../../../../sdks/react/src/index.ts'
import { ChatApp } from './ChatApp'

/** `#<url>|<token>|<room>`; without a url the sample's own counts. */
const [url = '', token = '', room = ''] = decodeURIComponent(location.hash.slice(1)).split('|')

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <VezaProvider {...(url !== '' && { url })} token={token} room={room}>
        <ChatApp />
      </VezaProvider>
    </StrictMode>,
  )
