import type { createAccountChanges } from '../features/accounts/index.ts'
import { announce_every_ms } from '../features/sealed/index.ts'
import { createChores } from '../kernel/chores.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../platform/metrics/index.ts'
import { type createNode, createQuiet, endStuck } from '../transport/ws/index.ts'
import type { createFeatures } from './features.ts'
import { createSocketUses } from './socket-uses.ts'

export interface UpkeepParts {
  node: ReturnType<typeof createNode>
  features: ReturnType<typeof createFeatures>
  changes: ReturnType<typeof createAccountChanges>
  metrics: Metrics
  log: Log
}

const poll_every_ms = 1_000
const note_uses_every_ms = 60_000
/** Until it has worked once. */
const learn_every_ms = 60_000
const sweep_every_ms = 3_600_000

/** What is done again and again while the server runs; gives what ends it, which resolves when what was begun is over. */
export function startUpkeep({ node, features, changes, metrics, log }: UpkeepParts): () => Promise<void> {
  const { accounts, audit, keyHolder, writer } = features
  const chores = createChores()
  /** Begins what may fail, and is done again. */
  const begin = (chore: Promise<unknown>, level: 'debug' | 'warn', sentence: string) =>
    chores.begin(chore.catch((error: unknown) => log[level](sentence, { error })))
  let learning = false
  const learnCosts = () => {
    if (learning) return
    learning = true
    const learned = accounts.learnCosts().finally(() => {
      learning = false
    })
    begin(learned, 'warn', 'The costs of passwords could not be counted')
  }
  learnCosts()
  const collectWhenQuiet = createQuiet(node.connections)
  const timers = [
    setInterval(() => {
      endStuck(node)
      node.badges.sweep()
      collectWhenQuiet()
      metrics.writerQueue.set(writer.pending)
      metrics.hubConversations.set(node.hub.size)
      begin(audit.work(), 'warn', 'The audit trail could not be sealed')
      begin(accounts.settleUses(), 'debug', 'Uses of sessions were not written')
      begin(changes.poll(), 'debug', 'Changes of accounts could not be read')
      begin(node.hub.poll(), 'debug', 'The heads of the log could not be compared')
    }, poll_every_ms),
    setInterval(() => begin(keyHolder.announce(), 'debug', 'Keys could not be announced'), announce_every_ms),
    setInterval(learnCosts, learn_every_ms),
    setInterval(createSocketUses(node.connections, accounts.noteUse), note_uses_every_ms),
    setInterval(() => begin(features.sweep(), 'warn', 'Ended sessions could not be swept'), sweep_every_ms),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
    return chores.ended()
  }
}
