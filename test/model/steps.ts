import fc from 'fast-check'

/** What one user does, by small numbers that the world turns into people, places and messages; `wait` for its answer before the next step. */
export type Step = { who: number; where: number; wait: boolean } & Deed

export type Deed =
  | { do: 'send'; text: string; parent: number | null; client_id: number | null; metadata: boolean; expires: boolean }
  | { do: 'edit'; target: number; text: string }
  | { do: 'delete'; target: number; reason: string | undefined }
  | { do: 'pin'; target: number; pin: boolean }
  | { do: 'react'; target: number; emoji: string; add: boolean }
  | { do: 'read'; target: number }
  | { do: 'block'; block: boolean }
  | { do: 'typing'; start: boolean }
  | { do: 'status'; status: string }
  | { do: 'join' }
  | { do: 'leave'; forget: boolean }
  | { do: 'history'; limit: number; before: number | null; after: number | null }
  | { do: 'look'; at: 'pins' | 'reactions' | 'members' | 'dms' | 'sync' | 'presence' | 'thread'; target: number }
  | { do: 'vanish' }
  | { do: 'connect'; how: 'resume' | 'all' | 'plain' }
  /** Ends the time of those that expire; half of the time nobody waits for the sweep. */
  | { do: 'expire'; sweep: boolean }

const target = fc.nat(30)
const maybe = (most: number, freq = 3): fc.Arbitrary<number | null> => fc.option(fc.nat(most), { freq })
const text = fc.constantFrom(
  'hello',
  'again',
  '@user0 look',
  '@user1 and @user3',
  '@room come',
  '@here now',
  'é',
  'a\nb',
)
const emoji = fc.constantFrom('👍', '🎉', ':party:')

const deeds: [Deed['do'], number, fc.Arbitrary<Deed>][] = [
  [
    'send',
    12,
    fc.record({
      do: fc.constant('send' as const),
      text,
      parent: maybe(30),
      client_id: maybe(4),
      metadata: fc.boolean(),
      expires: fc.boolean(),
    }),
  ],
  ['edit', 4, fc.record({ do: fc.constant('edit' as const), target, text })],
  [
    'delete',
    2,
    fc.record({ do: fc.constant('delete' as const), target, reason: fc.constantFrom(undefined, 'so', 'expired') }),
  ],
  ['pin', 3, fc.record({ do: fc.constant('pin' as const), target, pin: fc.boolean() })],
  ['react', 6, fc.record({ do: fc.constant('react' as const), target, emoji, add: fc.boolean() })],
  ['read', 2, fc.record({ do: fc.constant('read' as const), target })],
  ['block', 1, fc.record({ do: fc.constant('block' as const), block: fc.boolean() })],
  ['typing', 1, fc.record({ do: fc.constant('typing' as const), start: fc.boolean() })],
  [
    'status',
    1,
    fc.record({ do: fc.constant('status' as const), status: fc.constantFrom('online', 'away', 'busy', 'invisible') }),
  ],
  ['join', 3, fc.record({ do: fc.constant('join' as const) })],
  ['leave', 2, fc.record({ do: fc.constant('leave' as const), forget: fc.boolean() })],
  [
    'history',
    2,
    fc.record({
      do: fc.constant('history' as const),
      limit: fc.integer({ min: 1, max: 10 }),
      before: maybe(30),
      after: maybe(30),
    }),
  ],
  [
    'look',
    2,
    fc.record({
      do: fc.constant('look' as const),
      at: fc.constantFrom('pins', 'reactions', 'members', 'dms', 'sync', 'presence', 'thread'),
      target,
    }),
  ],
  ['vanish', 3, fc.record({ do: fc.constant('vanish' as const) })],
  ['connect', 5, fc.record({ do: fc.constant('connect' as const), how: fc.constantFrom('resume', 'all', 'plain') })],
  ['expire', 1, fc.record({ do: fc.constant('expire' as const), sweep: fc.boolean() })],
]

/** Runs are of different kinds: in some of them people do little else than what is named. */
const stepOf = (much: readonly Deed['do'][]): fc.Arbitrary<Step> =>
  fc
    .tuple(
      fc.record({
        who: fc.nat(4),
        where: much.length === 0 ? fc.nat(2) : fc.constantFrom(0, 0, 0, 1, 2),
        wait: fc.boolean(),
      }),
      fc.oneof(
        ...deeds.map(([kind, weight, arbitrary]) => ({ weight: much.includes(kind) ? weight * 8 : weight, arbitrary })),
      ),
    )
    .map(([actor, deed]) => ({ ...actor, ...deed }))

const kinds: Deed['do'][][] = [
  [],
  [],
  ['react'],
  ['vanish', 'connect', 'join', 'leave'],
  ['send', 'expire'],
  ['edit', 'delete', 'pin'],
]

export const steps = fc.oneof(...kinds.map((much) => fc.array(stepOf(much), { minLength: 20, maxLength: 60 })))
