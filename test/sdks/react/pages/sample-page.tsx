import { createRoot } from 'react-dom/client'

import { VezaProvider } from '../../../../sdks/react/src/index.ts'
// @ts-expect-error The test gives this file: the sample as the documentation has it.
import { ChatApp } from './ChatApp.jsx'

/** `#<url>|<token>|<room>`; without a url the sample's own counts. */
const [url = '', token = '', room = ''] = decodeURIComponent(location.hash.slice(1)).split('|')
const Sample = ChatApp as () => React.ReactNode

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <VezaProvider {...(url !== '' && { url })} token={token} room={room}>
      <Sample />
    </VezaProvider>,
  )
