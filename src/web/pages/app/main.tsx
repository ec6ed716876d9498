import { createRoot } from 'react-dom/client'
import { createSession } from 'veza-js-sdk'

import './entrance.css'
import { App, SignedIn } from './App.tsx'
import { fetchChat } from './chat-files.ts'
import { openLocale } from './locale.ts'
import { whenIdle } from './parts/idle.ts'
import { createRouter } from './router.ts'
import { noticeEnd } from './sign/ended.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no place for the app.')

const session = noticeEnd(createSession({ url: location.origin, keep: 'local' }))
// Once the form is painted, so that nothing is in its way; for whoever is signed in, at once. What cannot be had now is asked for again when it is shown.
if (session.user.get() === null) requestAnimationFrame(() => whenIdle(fetchChat))
else SignedIn.fetch().catch((error: unknown) => error)
createRoot(root).render(<App session={session} router={createRouter()} locale={openLocale()} />)
