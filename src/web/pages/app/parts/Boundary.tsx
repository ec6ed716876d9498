import { Component, type ReactNode } from 'react'

interface Props {
  /** Another one begins anew. */
  of: string
  broken: ReactNode
  children: ReactNode
}

/** Keeps what breaks in one part of the page from taking the rest with it. React knows no other way than a class. */
export class Boundary extends Component<Props, { broken_of: string | null }> {
  override state = { broken_of: null }

  static getDerivedStateFromError() {
    return { broken_of: '' }
  }

  override componentDidUpdate({ of }: Props) {
    if (of !== this.props.of && this.state.broken_of !== null) this.setState({ broken_of: null })
  }

  override render() {
    return this.state.broken_of === null ? this.props.children : this.props.broken
  }
}
