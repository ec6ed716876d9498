import { useEffect, useState, type PointerEvent, type RefObject } from 'react'

/**
 * The message whose actions are shown: the one under the mouse, the one that has the focus, or the one last touched, until one touches elsewhere.
 * A finger that is lifted leaves everything (Pointer Events 3, 4.1.3), so that says nothing.
 */
export function useActive(scroller: RefObject<HTMLElement | null>) {
  const [active, setActive] = useState<string | null>(null)
  useEffect(() => {
    if (active === null) return
    const touched = ({ pointerType, target }: globalThis.PointerEvent) => {
      if (pointerType === 'touch' && target instanceof Node && scroller.current?.contains(target) !== true)
        setActive(null)
    }
    // Within a shadow root the target is told there alone.
    const root = scroller.current?.getRootNode() ?? document
    root.addEventListener('pointerdown', touched as EventListener)
    return () => root.removeEventListener('pointerdown', touched as EventListener)
  }, [active, scroller])
  const onPointerLeave = ({ pointerType }: PointerEvent) => {
    if (pointerType !== 'touch') setActive(null)
  }
  return { active, setActive, onPointerLeave }
}
