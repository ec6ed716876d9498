import { useRef } from 'react'

import { useText } from '../context.ts'
import { useOwnUser } from '../own.ts'
import { EmptyPage } from '../parts/EmptyPage.tsx'
import { useArrival } from '../parts/use-arrival.ts'
import { useFocusAgain } from '../parts/use-focus-again.ts'
import { Link } from '../parts/Link.tsx'
import type { AdminPart } from '../route.ts'
import { Account } from './Account.tsx'
import { AllDeeds } from './AllDeeds.tsx'
import { adminPartsOf } from './parts.ts'
import { People } from './People.tsx'
import { admin_words } from './words.ts'

/** For those who run the server: who is here, and what was done. `id` is that of an account. */
export default function Admin({ part, id }: { part: AdminPart; id: number | null }) {
  const words = useText(admin_words)
  const heading = useRef<HTMLHeadingElement>(null)
  const page = part === 'people' && id !== null ? `account ${id}` : part
  useArrival(heading)
  useFocusAgain(heading, page)
  const user = useOwnUser()
  const parts = adminPartsOf(user?.role)

  if (!parts.includes(part)) return <EmptyPage says={words.not_yours} way={words.home} />
  return (
    <div className="app-page app-admin">
      <h1 ref={heading} tabIndex={-1}>
        {words.admin}
      </h1>
      <nav aria-label={words.admin}>
        <ul className="app-tabs">
          {parts.map((one) => (
            <li key={one}>
              <Link to={{ at: 'admin', part: one, id: null }} aria-current={one === part ? 'page' : undefined}>
                {words.parts[one]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {part === 'trail' ? <AllDeeds actor_id={id} /> : id === null ? <People /> : <Account key={id} id={id} />}
    </div>
  )
}
