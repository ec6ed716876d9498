import type { Contract } from './contract.ts'

export interface Coverage {
  /** One line for each kind of thing: `commands answered 12 of 32`. */
  table: string[]
  /** What the contract declares and no scenario has shown. */
  uncovered: string[]
}

/** Counts what scenarios that passed have shown against what the contract declares. */
export function coverageOf(
  seen: ReadonlySet<string>,
  { commands, events, errors, close_codes, excused }: Contract,
): Coverage {
  const names = Object.keys(commands)
  const parts: [string, string[]][] = [
    ['commands', names],
    ['replies', Object.entries(commands).flatMap(([command, { replies }]) => replies.map((reply) => `${command} -> ${reply}`))],
    ['errors of commands', Object.entries(commands).flatMap(([command, { errors = [] }]) => errors.map((code) => `${command} ! ${code}`))],
    ['events', events.map((event) => `event ${event}`)],
    ['error codes', errors.map((code) => `error ${code}`)],
    ['close codes', close_codes.map((code) => `close ${code}`)],
  ] // prettier-ignore
  const shown = new Set([...seen, ...[...seen].map((each) => each.split(' -> ')[0] ?? '')])
  const rows = parts.map(([part, all]) => ({ part, all, missing: all.filter((each) => !shown.has(each)) }))
  const excuse = (item: string) => excused[item] ?? excused[item.split(' ').at(-1) ?? '']
  return {
    table: rows.map(
      ({ part, all, missing }) =>
        `${part.padEnd(20)} ${String(all.length - missing.length).padStart(4)} of ${all.length}`,
    ),
    uncovered: rows.flatMap(({ missing }) =>
      missing.map((item) => (excuse(item) === undefined ? item : `${item} (${excuse(item)})`)),
    ),
  }
}
