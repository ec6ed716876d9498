import { Component, type ReactNode } from 'react'

interface Props {
  broken: ReactNode
  children: ReactNode
}

/** Keeps what breaks in one part of the page from taking the rest with it. React knows no other way than a class. */
export class Boundary extends Component<Props, { is_broken: boolean }> {
  override state = { is_broken: false }

  static getDerivedStateFromError() {
    return { is_broken: true }
  }

  override render() {
    return this.state.is_broken ? this.props.broken : this.props.children
  }
}
