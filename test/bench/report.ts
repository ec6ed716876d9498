import { machine } from './proc.ts'
import type { Bench, Part, Table } from './part.ts'

export interface Report {
  when: string
  machine: string
  program: string
  settings: { runs: number; quick: boolean }
  parts: Part[]
}

export const createReport = ({ program, runs, quick }: Bench, parts: Part[]): Report => ({
  when: new Date().toISOString().slice(0, 10),
  machine: machine(),
  // Where it lies on this machine is nobody's business.
  program: program.map((word) => word.split('/').at(-1)).join(' '),
  settings: { runs, quick },
  parts,
})

const verdict = (holds: boolean | null) => (holds === null ? '' : holds ? 'yes' : '**no**')

/** The results as Markdown, for docs/performance.md and the terminal alike. */
export function written({ when, machine, program, settings, parts }: Report): string {
  const figures: Table = {
    title: '',
    head: ['', 'what', 'measured', 'floor', 'ratio', 'target', 'holds'],
    rows: parts.flatMap((part) =>
      part.figures.map(({ id, what, measured, floor, ratio, target, holds }) => [
        id, what, measured, floor, ratio === null ? '' : `${ratio.toFixed(2)} x`, target, verdict(holds),
      ]),
    ),
  } // prettier-ignore
  const kind = settings.quick ? 'a quick run, with shorter loads' : 'a full run'
  return [
    `${when}, \`${program}\`, ${kind}, medians of ${settings.runs}. ${machine}.`,
    table(figures),
    ...parts.flatMap((part) => part.tables.flatMap((each) => [`**${each.title}**`, table(each)])),
  ].join('\n\n')
}

function table({ head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const [begin, end] = ['<!-- results: written by bun run bench --write-docs -->', '<!-- end of results -->']

/** The document with its results replaced. Throws when it has no place for them. */
export function withResults(document: string, results: string): string {
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from === -1 || to < from) throw new Error(`docs/performance.md must hold "${begin}" and then "${end}".`)
  return `${document.slice(0, from)}${begin}\n\n${results}\n\n${document.slice(to)}`
}
