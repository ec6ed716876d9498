import type { ReactNode } from 'react'

import { More } from './More.tsx'
import type { Pages } from './use-pages.ts'
import { Failed, Skeleton } from './Waiting.tsx'

interface Props<P> {
  list: Pages<P>
  /** Of what stands there until the first page comes. */
  lines?: number
  /** On the button for the next page. */
  more: string
  children(pages: P[]): ReactNode
}

/** A list that comes in pages: its shape before the first, why it could not be had, what there is, and the way to more. */
export function Paged<P>({ list, lines = 8, more, children }: Props<P>) {
  const { pages, error, again } = list
  if (pages === null) return error === null ? <Skeleton lines={lines} /> : <Failed error={error} onAgain={again} />
  return (
    <>
      {children(pages)}
      <More of={list} label={more} />
    </>
  )
}
