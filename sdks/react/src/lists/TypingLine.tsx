import type { Typing } from 'veza-js-sdk'

import { useWords } from '../settings.tsx'

/** Who is typing. Its place is always there, so nothing moves when somebody begins. */
export function TypingLine({ people }: { people: readonly Typing[] }) {
  const words = useWords()
  return (
    <div className="vz-typing">{people.length === 0 ? '' : words.typing(people.map(({ username }) => username))}</div>
  )
}
