import type { Connection, Opening } from './connection.ts'
import type { Contract } from './contract.ts'
import type { Scope } from './values.ts'

/** One line of a scenario: its verb stands first, and `subject` is what stands behind the verb. */
export interface Step {
  verb: string
  subject: string
  reply?: string
  error?: string
  text?: string
  hex?: string
  [field: string]: unknown
}

/** What runs a kind of step. */
export interface Verb {
  /** One sentence for those who write scenarios. */
  short: string
  takes: readonly string[]
  /** Whether it can fail because of what the server does. */
  expects(step: Step): boolean
  /** Throws when the step cannot mean anything. */
  check?(step: Step, contract: Contract): void
  run(step: Step, stage: Stage): Promise<void>
}

/** What only somebody with the keys of the server can do. */
export interface Operator {
  promote?(username: string, role: string): Promise<void>
  /** The user may not connect any more. */
  ban?(username: string): Promise<void>
  /** The server begins to send its clients away; it is of no use to anybody after that. */
  drain?(): Promise<void>
}

export interface Answer {
  status: number
  headers: Headers
  data: unknown
  error: { code?: unknown; [field: string]: unknown } | undefined
}

/** One scenario while it plays. */
export interface Stage {
  url: string
  scope: Scope
  contract: Contract
  connections: Map<string, Connection>
  /** Connections that may get what nobody asked for. */
  ignored: Set<string>
  /** Answers that come later, by connection and name. */
  owed: Map<string, { id: string | number; command: string }>
  /** What the server has shown, in the words of coverage. */
  seen: Set<string>
  operator: Operator
  /** When the step before ended, in milliseconds of `performance.now()`. */
  since: number
  open(name: string, opening: Opening): Promise<Connection>
  connection(name: string): Connection
  nextId(): number
  rest(actor: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  play(steps: readonly Step[]): Promise<void>
}
