import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'

import { useText } from '../context.ts'
import { keep, kept } from '../stored.ts'
import { frame_words } from './words.ts'

const narrowest = 200
const widest = 420
const usual = 260
const step = 16
const name = 'veza.list-width'

const within = (width: number): number => Math.round(Math.min(widest, Math.max(narrowest, width)))

/** The width of the list in pixels, as chosen on this device, and the handle that changes it. */
export function useListWidth(): [width: number, handle: ReactNode] {
  const words = useText(frame_words)
  const [width, setWidth] = useState(() => within(Number(kept(name) ?? usual) || usual))
  const dragged = useRef(false)
  const resize = (wanted: number) => {
    const next = within(wanted)
    setWidth(next)
    keep(name, String(next))
  }
  const press = (event: KeyboardEvent) => {
    const wanted = { ArrowLeft: width - step, ArrowRight: width + step, Home: narrowest, End: widest }[event.key]
    if (wanted === undefined) return
    event.preventDefault()
    event.stopPropagation()
    resize(wanted)
  }
  const move = (event: PointerEvent) => {
    if (dragged.current) resize(event.clientX)
  }
  const handle = (
    <div
      className="app-divider"
      role="separator"
      // A separator that can be moved is a control (WAI-ARIA 1.2, 5.3.3).
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={words.resize}
      aria-valuenow={width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      onKeyDown={press}
      onDoubleClick={() => resize(usual)}
      onPointerDown={(event) => {
        dragged.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={move}
      onPointerUp={() => {
        dragged.current = false
      }}
    />
  )
  return [width, handle]
}
