import { useLayoutEffect, useState, type ComponentType, type JSX } from 'react'

import { importAgain } from './import-again.ts'
import { NotLoaded } from './not-loaded.ts'

type Part<Props> = ComponentType<Props>

/** A component in a file of its own. Unlike what `lazy` makes, it asks again for what it could not have the last time. */
export interface Later<Props> {
  (props: Props): JSX.Element | null
  /** Has the file at hand before it is needed. */
  fetch(): Promise<void>
}

/** Shown as soon as it is there, and what it needs `beside` itself, `waiting` before; throws NotLoaded into the boundary around it when they cannot be had. */
export function later<Props extends object>(
  load: () => Promise<{ default: Part<Props> }>,
  waiting: JSX.Element | null = null,
  beside?: () => Promise<void>,
): Later<Props> {
  const loadAgain = importAgain(load)
  let there: Part<Props> | null = null
  const fetch = async () => {
    try {
      if (there !== null) return
      const [part] = await Promise.all([loadAgain(), beside?.()])
      there = part.default
    } catch (error) {
      throw notLoaded(error)
    }
  }
  function Awaited(props: Props) {
    const [state, setState] = useState<{ is_there: boolean; error: NotLoaded | null }>({
      is_there: there !== null,
      error: null,
    })
    // Before the page is painted: what is at hand is not to wait for that.
    useLayoutEffect(() => {
      if (state.is_there) return
      let is_wanted = true
      fetch().then(
        () => is_wanted && setState({ is_there: true, error: null }),
        (error: unknown) => is_wanted && setState({ is_there: false, error: notLoaded(error) }),
      )
      return () => {
        is_wanted = false
      }
    }, [state.is_there])
    if (state.error !== null) throw state.error
    const There = there
    return There === null ? waiting : <There {...props} />
  }
  return Object.assign(Awaited, { fetch })
}

const notLoaded = (error: unknown): NotLoaded =>
  error instanceof NotLoaded ? error : new NotLoaded('A part of the page could not be had.', { cause: error })
