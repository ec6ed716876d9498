import { useEffect, type RefObject } from 'react'

import { useLatest } from './latest.ts'

/** While `isOn`, tells that one presses, or goes with the focus to, something that is not in `area`. Also where that is in a shadow root: there alone is it told within. */
export function useElsewhere(area: RefObject<HTMLElement | null>, isOn: boolean, onElsewhere: () => void): void {
  const latest = useLatest(onElsewhere)
  useEffect(() => {
    if (!isOn) return
    const inner = area.current?.getRootNode() ?? document
    const outside = inner instanceof ShadowRoot ? inner.host : area.current
    const went = ({ type, currentTarget, target }: Event) => {
      const own = currentTarget === inner ? area.current : outside
      if (own === null || !(target instanceof Node) || own.contains(target)) return
      // A press on what takes no focus gives it to what is around.
      if (type === 'focusin' && target.contains(own)) return
      latest.current()
    }
    const roots = new Set([inner, document])
    const types = ['pointerdown', 'focusin']
    for (const root of roots) for (const type of types) root.addEventListener(type, went)
    return () => {
      for (const root of roots) for (const type of types) root.removeEventListener(type, went)
    }
  }, [area, isOn, latest])
}
