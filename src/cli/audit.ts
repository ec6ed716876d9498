import { UserError } from '../kernel/user-error.ts'
import { type Command, UsageError } from './command.ts'
import { withDatabase } from './database.ts'
import { parseFlags } from './flags.ts'

const piece_length = 65_536

type Source = Parameters<typeof withDatabase>[0]

export const command: Command = {
  name: 'audit',
  usage: 'audit verify|export [flags]',
  short: 'Verify the audit trail, or print it.',
  long: `
  verify                   walk the chain; exit code 1 names the first row that is not as it was sealed
    --from ROW             begin at this row and believe those before it
    --expect HASH          a hash that must be in the chain, such as yesterday's head; may be given several times
  export                   print the trail as JSON lines, oldest first
    --from TIME            deeds from this time on, such as 2026-01-31 or 2026-01-31T12:00:00Z
    --to TIME              deeds before this time`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, {
      from: { type: 'string' },
      to: { type: 'string' },
      expect: { type: 'string', multiple: true },
    })
    const [action, extra] = positionals
    if (extra !== undefined) throw new UsageError(`Usage: veza-chat ${command.usage}`)
    switch (action) {
      case 'verify':
        if (values.to !== undefined) throw new UsageError('audit verify takes no --to.')
        return verify(source, rowOf(values.from), (values.expect ?? []).map(hashOf))
      case 'export':
        if (values.expect !== undefined) throw new UsageError('audit export takes no --expect.')
        return print(source, timeOf('from', values.from), timeOf('to', values.to))
      default:
        throw new UsageError(
          action === undefined
            ? `Usage: veza-chat ${command.usage}`
            : `audit has no "${action}"; it has verify and export.`,
        )
    }
  },
}

async function verify(source: Source, from: number, expected: string[]): Promise<number> {
  const verdict = await withDatabase(source, ({ audit }) => audit.verify({ from, expected }))
  if (verdict.sound === null) throw new UserError(`There is no row ${verdict.beyond}: the audit trail ends before it.`)
  if (!verdict.sound) throw new UserError(`The audit trail is broken: ${verdict.reason}.`)
  const { rows, head } = verdict
  console.log(head === null ? 'ok: the audit trail is empty' : `ok: ${rows} rows, head ${head.id} ${head.hash}`)
  return 0
}

async function print(source: Source, from: Date | undefined, to: Date | undefined): Promise<number> {
  const out = Bun.stdout.writer()
  // Waits for whoever reads, so that no more than a piece is in memory. False once nobody does, as behind `| head`.
  const write = async (text: string): Promise<boolean> => {
    try {
      await out.write(text)
      await out.flush()
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false
      throw error
    }
  }
  await withDatabase(source, async ({ audit }) => {
    let piece = ''
    for await (const line of audit.export({ from, to })) {
      piece += `${line}\n`
      if (piece.length < piece_length) continue
      if (!(await write(piece))) return
      piece = ''
    }
    await write(piece)
  })
  return 0
}

function rowOf(text: string | undefined): number {
  if (text === undefined) return 1
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`--from takes the number of a row, not "${text}".`)
  return Number(text)
}

function hashOf(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new UsageError(`--expect takes a hash of 64 hex digits, not "${text}".`)
  return text.toLowerCase()
}

function timeOf(flag: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? new Date(text)
    : new Date(Number.NaN)
  if (Number.isNaN(time.getTime()))
    throw new UsageError(`--${flag} takes a day or a time such as 2026-01-31T12:00:00Z, not "${text}".`)
  return time
}
