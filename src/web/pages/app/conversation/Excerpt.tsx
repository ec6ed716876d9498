import type { ReactNode } from 'react'
import type { Message } from 'veza-js-sdk'
import { Avatar, useShownName } from 'veza-react-components'

import { useRegion } from '../parts/use-region.ts'

/** A message outside of its conversation: who, when, where, and some of it. */
export function Excerpt({
  message,
  where,
  children,
}: {
  message: Message
  where?: string | undefined
  children: ReactNode
}) {
  const locale = useRegion()
  const name = useShownName()(message.username)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <div className="app-excerpt">
      <p className="app-excerpt-head">
        <Avatar user_id={message.author_id} name={name} size="small" />
        <strong>{name}</strong>
        {where !== undefined && <span className="app-muted">{where}</span>}
        <time dateTime={message.created_at}>{date.format(new Date(message.created_at))}</time>
      </p>
      <p className="app-excerpt-text">{children}</p>
    </div>
  )
}
