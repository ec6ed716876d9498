import { useText } from '../context.ts'
import { Icon } from '../parts/Icon.tsx'
import { Link } from '../parts/Link.tsx'
import { frame_words } from './words.ts'

/** The way to the list, where one pane is all there is room for. */
export function BackLine() {
  const words = useText(frame_words)
  return (
    <Link to={{ at: 'home' }} className="app-head-back app-back-line">
      <Icon name="back" />
      {words.back}
    </Link>
  )
}
