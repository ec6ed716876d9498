import { createRoot } from 'react-dom/client'

import './playground.css'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no place for the playground.')
createRoot(root).render(<h1>Veza Chat playground</h1>)
