import { Button } from './Button.tsx'
import { useExplain } from './explain.ts'
import type { Pages } from './use-pages.ts'

/** Below a list: why its rest could not be had, and the button for more of it. */
export function More<P>({ of, label }: { of: Pages<P>; label: string }) {
  const explain = useExplain()
  return (
    <>
      {of.pages !== null && of.error !== null && (
        <p className="app-alert" role="alert">
          {explain(of.error)}
        </p>
      )}
      {of.more !== null && <Button onClick={of.more}>{label}</Button>}
    </>
  )
}
