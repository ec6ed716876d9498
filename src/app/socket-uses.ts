interface Connected {
  actor: { session_id: string } | null
}

/** Each open socket is noted once in so many calls, so that of very many only a part is written at a time. */
const shares = 5

/** An open socket is a use of its session, whether or not anything is said. To be called once a minute. */
export function createSocketUses(connections: { all(): Iterable<Connected> }, note: (session_id: string) => void) {
  let turn = 0
  return (): void => {
    turn = (turn + 1) % shares
    for (const { actor } of connections.all())
      if (actor !== null && Bun.hash.crc32(actor.session_id) % shares === turn) note(actor.session_id)
  }
}
