import type { Refusal } from '../../kernel/audit.ts'
import type { AppError } from '../../kernel/errors.ts'
import type { Command } from './command.ts'
import type { Session } from './session.ts'

/** Tells whoever keeps account of refusals. Of the command only its known names, and of its data only the fields it takes: a client may send any text. */
export function tellRefusal(
  { node, actor, ip }: Session,
  error: AppError,
  action: string | null,
  named: unknown,
): void {
  if (node.onRefusal === undefined) return
  const command = action === null ? undefined : node.commands.get(action)
  const known = action === 'authenticate' || command !== undefined
  node.onRefusal({
    error,
    action: `ws.${known ? action : 'unknown'}`,
    actor,
    ip,
    request_id: null,
    subject: subjectOf(named, command),
  })
}

function subjectOf(named: unknown, command: Command | undefined): NonNullable<Refusal['subject']> {
  if (typeof named !== 'object' || named === null || command === undefined) return {}
  const taken = command.data['properties'] as Record<string, unknown>
  return Object.fromEntries(Object.entries(named).filter(([field]) => Object.hasOwn(taken, field)))
}
