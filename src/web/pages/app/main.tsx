import { createRoot } from 'react-dom/client'

import './app.css'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no place for the app.')
createRoot(root).render(<h1>Veza Chat</h1>)
