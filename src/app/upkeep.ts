import type { createAccountChanges } from '../features/accounts/index.ts'
import { announce_every_ms } from '../features/sealed/index.ts'
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

/** What is done again and again while the server runs; gives what ends it. */
export function startUpkeep({ node, features, changes, metrics, log }: UpkeepParts): () => void {
  const { accounts, audit, keyHolder, writer } = features
  let learning = false
  const learnCosts = () => {
    if (learning) return
    learning = true
    accounts
      .learnCosts()
      .catch((error: unknown) => log.warn('The costs of passwords could not be counted', { error }))
      .finally(() => {
        learning = false
      })
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
      audit.work().catch((error: unknown) => log.warn('The audit trail could not be sealed', { error }))
      accounts.settleUses().catch((error: unknown) => log.debug('Uses of sessions were not written', { error }))
      changes.poll().catch((error: unknown) => log.debug('Changes of accounts could not be read', { error }))
      node.hub.poll().catch((error: unknown) => log.debug('The heads of the log could not be compared', { error }))
    }, poll_every_ms),
    setInterval(
      () => void keyHolder.announce().catch((error: unknown) => log.debug('Keys could not be announced', { error })),
      announce_every_ms,
    ),
    setInterval(learnCosts, learn_every_ms),
    setInterval(createSocketUses(node.connections, accounts.noteUse), note_uses_every_ms),
    setInterval(
      () => void features.sweep().catch((error: unknown) => log.warn('Ended sessions could not be swept', { error })),
      sweep_every_ms,
    ),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}
