import { createRoot } from 'react-dom/client'
import { createSession } from 'veza-js-sdk'

import './app.css'
import { App } from './App.tsx'
import { openLocale } from './locale.ts'
import { createRouter } from './router.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no place for the app.')

const session = createSession({ url: location.origin, keep: 'local' })
createRoot(root).render(<App session={session} router={createRouter()} locale={openLocale()} />)
