import { useShell } from '../context.ts'
import { ServerTrail } from '../trail/ServerTrail.tsx'

/** The trail of the server; whose deeds, the address says. */
export function AllDeeds({ actor_id }: { actor_id: number | null }) {
  const { router } = useShell()
  return (
    <ServerTrail
      actor_id={actor_id}
      onActor={(id) => router.go({ at: 'admin', part: 'trail', id }, { replace: true })}
    />
  )
}
