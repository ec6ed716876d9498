import type { Words } from './peer.ts'

/**
 * Bytes go out as one piece of TCP, which the server has taken before the next step. `quiet` notes that nothing has come since the last step; `finish` ends our
 * side of the connection, `cut` resets it.
 */
export type Step = Uint8Array | 'quiet' | 'finish' | 'cut'

export interface Case {
  /** The number in the Autobahn test suite where it has one for this; ours begin with a letter. */
  id: string
  title: string
  /** Of RFC 6455 unless it names another. */
  section: string
  send: readonly Step[]
  /** What must be heard. `open`: and the connection goes on as before. */
  expected: Words
  /** Where the standard leaves it to the server, or knows nothing of it. */
  own?: true
  /** What is heard instead, for a reason. Without one it would be a defect. */
  otherwise?: { got: Words; why: string }
  /** Header lines of the upgrade beside those that it needs. */
  headers?: string
}

export interface Family {
  name: string
  cases: readonly Case[]
}

/** How the case must really go. */
export const outcomeOf = ({ expected, otherwise }: Case): Words => otherwise?.got ?? expected

export const failed = (code: number): Words => [`close ${code}`, 'end']
