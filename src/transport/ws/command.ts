import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler'

import type { Actor } from '../../kernel/actor.ts'
import { only } from '../../kernel/only.ts'
import type { Scope } from '../../kernel/permissions.ts'
import type { Action } from '../../platform/limits/index.ts'
import type { LiveSession } from './session.ts'

/** What a command counts as beside all commands together; `platform/limits/rates.ts` has the rule of each. */
export type LimitClass = Exclude<Action, 'commands'>

/** Keys of `[features]` that switch commands on and off. */
export type Feature = 'message_reactions'

/** A WebSocket command: its name, what it takes, how it answers, and the service call it stands for. */
export interface Command {
  type: string
  /** One sentence for the protocol reference. */
  short: string
  /** What an API key must be given to use it, one of them where there are several. What its owner may do is for the service to judge. */
  permission: Scope | readonly Scope[]
  data: TSchema
  /** The type of the reply; null when `run` answers by itself or there is no answer. */
  reply: string | ((result: object) => string) | null
  /** Every reply it may give but `error`, with the shape of its data. */
  answers: Readonly<Record<string, TSchema>>
  /** A limit of its own beside the one on all commands. */
  limit: LimitClass | null
  /** While it is off, the command answers FEATURE_DISABLED. */
  feature: Feature | null
  /**
   * The conversation, for a command that may overtake the wait of an earlier one of the same conversation: `run` must hand it to an ordered queue in the
   * same turn of the event loop in which it is called. Null to run alone.
   */
  flies: ((data: unknown) => number | null) | null
  check: TypeCheck<TSchema>
  run(actor: Actor, data: unknown, session: LiveSession): Promise<object | void>
}

export interface CommandSpec<T extends TSchema> {
  type: string
  short: string
  permission: Command['permission']
  data: T
  /** The shapes of the replies, by type; by default there is `ok` with nothing in it. */
  answers?: Command['answers']
  /** Which of several `answers` it is, or null when `run` answers by itself or there is no answer. Not needed for one. */
  reply?: Command['reply']
  limit?: Command['limit']
  feature?: Command['feature']
  flies?(data: Static<T>): number | null
  run(actor: Actor, data: Static<T>, session: LiveSession): Promise<object | void>
}

/** A result whose JSON is known already, and that has something to do once its reply is on its way. */
export interface Prepared {
  /** `type` is needed where the command has several answers. */
  [prepared]: { json: string; type?: string; afterwards(): void }
}

export const prepared = Symbol('prepared')

/** Declares a command. Its schema is compiled here, once. */
export const command = <T extends TSchema>({
  type,
  short,
  permission,
  data,
  answers = { ok: Type.Object({}) },
  reply = only(Object.keys(answers)),
  limit = null,
  feature = null,
  flies,
  run,
}: CommandSpec<T>): Command => ({
  type,
  short,
  permission,
  data,
  answers,
  reply,
  limit,
  feature,
  flies: (flies as Command['flies'] | undefined) ?? null,
  check: TypeCompiler.Compile(data),
  run,
})

/** An event that the server sends by itself, for the protocol reference. */
export interface EventSpec {
  type: string
  /** One sentence: when it comes, and to whom. */
  short: string
  data: TSchema
}
