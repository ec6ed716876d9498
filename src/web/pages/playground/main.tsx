import { createRoot } from 'react-dom/client'

import 'veza-react-components/tokens.css'
import './playground.css'
import { Playground } from './playground.tsx'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no place for the playground.')
createRoot(root).render(<Playground />)
