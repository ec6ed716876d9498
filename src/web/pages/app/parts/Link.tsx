import type { ComponentProps, MouseEvent } from 'react'

import { useShell } from '../context.ts'
import { pathOf, type Route } from '../route.ts'

interface Props extends Omit<ComponentProps<'a'>, 'href'> {
  to: Route
}

/** A link that needs no new page, and is a link for everything else one does with links. */
export function Link({ to, onClick, children, ...rest }: Props) {
  const { router } = useShell()
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.go(to)
  }
  return (
    <a {...rest} href={pathOf(to)} onClick={follow}>
      {children}
    </a>
  )
}
