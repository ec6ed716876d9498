import { Component, type MouseEvent, type ReactNode } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { focusAround } from './focus-around.ts'
import { NotLoaded } from './not-loaded.ts'
import { part_words } from './words.ts'

interface Props {
  /** In place of what broke; a sentence and two ways out by default. */
  broken?: ReactNode
  onBroken?(): void
  children: ReactNode
}

/** Keeps what breaks in one part of the page from taking the rest with it. React knows no other way than a class. */
export class Boundary extends Component<Props, { is_broken: boolean; error?: unknown }> {
  override state: { is_broken: boolean; error?: unknown } = { is_broken: false }

  static getDerivedStateFromError(error: unknown) {
    return { is_broken: true, error }
  }

  override componentDidCatch() {
    this.props.onBroken?.()
  }

  override render() {
    const { broken, children } = this.props
    if (!this.state.is_broken) return children
    if (broken !== undefined) return broken
    const { error } = this.state
    return <Broken was_loaded={!(error instanceof NotLoaded)} onAgain={() => this.setState({ is_broken: false })} />
  }
}

/** What is missing may come with another try; after an upgrade of the server, with a new page. */
function Broken({ was_loaded, onAgain }: { was_loaded: boolean; onAgain(): void }) {
  const words = useText(part_words)
  const again = ({ currentTarget }: MouseEvent<HTMLButtonElement>) => {
    // The button goes.
    focusAround(currentTarget)
    onAgain()
  }
  return (
    <div className="app-empty" role="alert">
      <p>{was_loaded ? words.broken : words.not_loaded}</p>
      <div className="app-form-row">
        <Button kind="main" onClick={again}>
          {words.again}
        </Button>
        <Button onClick={() => location.reload()}>{words.reload}</Button>
      </div>
    </div>
  )
}
