import type { AppError } from '../../kernel/errors.ts'
import type { Session } from './session.ts'

/** Tells whoever keeps account of refusals. Of the command only its known names: a client may send any text. */
export function tellRefusal(
  { node, actor, ip }: Session,
  error: AppError,
  action: string | null,
  named: unknown,
): void {
  if (node.onRefusal === undefined) return
  const known = action !== null && (action === 'authenticate' || node.commands.has(action))
  node.onRefusal({
    error,
    action: `ws.${known ? action : 'unknown'}`,
    actor,
    ip,
    request_id: null,
    subject: typeof named === 'object' && named !== null ? named : {},
  })
}
