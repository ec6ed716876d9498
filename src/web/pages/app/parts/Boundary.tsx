import { Component, type ReactNode } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { part_words } from './words.ts'

interface Props {
  /** In place of what broke; a sentence and two ways out by default. */
  broken?: ReactNode
  onBroken?(): void
  children: ReactNode
}

/** Keeps what breaks in one part of the page from taking the rest with it. React knows no other way than a class. */
export class Boundary extends Component<Props, { is_broken: boolean }> {
  override state = { is_broken: false }

  static getDerivedStateFromError() {
    return { is_broken: true }
  }

  override componentDidCatch() {
    this.props.onBroken?.()
  }

  override render() {
    const { broken, children } = this.props
    if (!this.state.is_broken) return children
    return broken === undefined ? <Broken onAgain={() => this.setState({ is_broken: false })} /> : broken
  }
}

/** What is missing may come with another try; after an upgrade of the server, with a new page. */
function Broken({ onAgain }: { onAgain(): void }) {
  const words = useText(part_words)
  return (
    <div className="app-empty" role="alert">
      <p>{words.broken}</p>
      <div className="app-form-row">
        <Button kind="main" onClick={onAgain}>
          {words.again}
        </Button>
        <Button onClick={() => location.reload()}>{words.reload}</Button>
      </div>
    </div>
  )
}
