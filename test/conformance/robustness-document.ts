import type { Words } from './peer.ts'
import type { Case, Family } from './robustness-case.ts'

const introduction = `# Robustness of the WebSocket protocol

What the server does with every kind of frame, good and bad, sent as bytes over TCP to the compiled binary. The cases follow the families of the Autobahn test suite and bear its numbers where it has
the same one; those that begin with a letter are ours. Texts are this protocol's \`ping\`, which answers with what it was given, where that suite has an echo.

- \`answer 1 "x"\`: the echo of message 1; \`error CODE\`: an error frame; \`pong "x"\`: a pong with this payload; \`close 1002\`: a close frame; \`end\`: the end of the TCP connection.
- \`quiet\`: nothing has come yet, although the server has read everything sent so far.
- \`open\`: the connection goes on, as a command sent afterwards is answered.
- In pieces, byte by byte: the server has read each before the next is sent.

The last column says **strict** where the server does what the standard demands, **ours** where the standard leaves it to the server, and **non-strict** where it does otherwise without harm, with the
reason; that is the way of the runtime's WebSocket, not of this program. One more connection lives through all cases and must be answered after every step of them.

Written by \`UPDATE_DOCUMENTS=1 bun test ./test/conformance/robustness.test.ts\`; without that variable the same test holds the server to every row.
`

export type Verdict = 'strict' | 'ours' | 'non-strict' | 'wrong'

export function verdictOf({ expected, own, otherwise }: Case, got: Words): Verdict {
  const is = (words: Words) => words.length === got.length && words.every((word, index) => word === got[index])
  if (is(expected)) return own ? 'ours' : 'strict'
  return otherwise !== undefined && is(otherwise.got) ? 'non-strict' : 'wrong'
}

/** The table of cases: what was expected, and what the server really did. */
export function documentOf(families: readonly Family[], heard: ReadonlyMap<Case, Words>): string {
  const verdicts = families.flatMap(({ cases }) => cases.map((each) => verdictOf(each, heard.get(each) ?? [])))
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length
  const sum = `${verdicts.length} cases: ${count('strict')} strict, ${count('ours')} ours, ${count('non-strict')} non-strict, ${count('wrong')} wrong.`
  return `${introduction}\n${sum}\n${families.map((family) => tableOf(family, heard)).join('')}`
}

function tableOf({ name, cases }: Family, heard: ReadonlyMap<Case, Words>): string {
  const rows = cases.map((each) => {
    const got = heard.get(each) ?? []
    const verdict = verdictOf(each, got)
    const reason = verdict === 'non-strict' ? `: ${each.otherwise?.why}` : ''
    return [each.id, each.section, each.title, cell(each.expected), cell(got), `${verdict}${reason}`]
  })
  const lines = [['case', 'RFC 6455', 'sent', 'expected', 'got', ''], Array<string>(6).fill('---'), ...rows]
  return `\n## ${name}\n\n${lines.map((line) => `| ${line.join(' | ')} |\n`).join('')}`
}

const most = 4

/** Words for a cell: equal ones counted, and of very many the first and the last. */
function cell(words: Words): string {
  const runs: { word: string; times: number }[] = []
  for (const word of words) {
    const last = runs.at(-1)
    if (last?.word === word) last.times++
    else runs.push({ word, times: 1 })
  }
  const said = runs.map(({ word, times }) => `\`${word.replaceAll('|', '\\|')}\`${times > 1 ? ` x ${times}` : ''}`)
  return said.length <= most ? said.join(', ') : [said[0], said[1], '...', said.at(-2), said.at(-1)].join(', ')
}
