import { inlinesOf } from './inlines.ts'
import type { Block } from './tree.ts'

const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/
const quote = /^ {0,3}> ?/
const item = /^( {0,3})([-+*]|\d{1,9}[.)])( {1,4}(?=\S)| +|$)(.*)$/
/** Ends lists and quotes, but is a text. */
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/
/** Deeper than this, quotes and lists are text. */
const deepest = 6

interface Place {
  lines: string[]
  at: number
  depth: number
}

/** Takes a text apart line by line (CommonMark 0.31, 4 and 5, without headings, rules, HTML and indented code). */
export const blocksOf = (text: string): Block[] => within(text.replaceAll(/\r\n?/g, '\n').split('\n'), 0)

function within(lines: string[], depth: number): Block[] {
  const found: Block[] = []
  const place: Place = { lines, at: 0, depth }
  while (place.at < lines.length) {
    if (isBlank(lines[place.at] ?? '')) place.at++
    else found.push(codeAt(place) ?? quoteAt(place) ?? listAt(place) ?? paragraphAt(place))
  }
  return found
}

const isBlank = (line: string): boolean => line.trim() === ''

function codeAt(place: Place): Block | null {
  const [first = '', marks, info = ''] = fence.exec(place.lines[place.at] ?? '') ?? []
  if (marks === undefined) return null
  const indent = new RegExp(`^ {0,${first.search(/\S/)}}`)
  const end = new RegExp(`^ {0,3}[${marks[0]}]{${marks.length},}[ \t]*$`)
  const text = []
  for (place.at++; place.at < place.lines.length; place.at++) {
    const line = place.lines[place.at] ?? ''
    if (end.test(line)) {
      place.at++
      break
    }
    text.push(line.replace(indent, ''))
  }
  return { kind: 'code', text: text.join('\n'), language: info.trim() }
}

function quoteAt(place: Place): Block | null {
  if (place.depth >= deepest || !quote.test(place.lines[place.at] ?? '')) return null
  const inner: string[] = []
  for (; place.at < place.lines.length; place.at++) {
    const line = place.lines[place.at] ?? ''
    // A paragraph may go on without the sign.
    if (!quote.test(line) && (isBlank(line) || begins(line) || !endsInText(inner))) break
    inner.push(line.replace(quote, ''))
  }
  return { kind: 'quote', blocks: within(inner, place.depth + 1) }
}

function listAt(place: Place): Block | null {
  const [, , first] = item.exec(place.lines[place.at] ?? '') ?? []
  if (first === undefined || place.depth >= deepest || rule.test(place.lines[place.at] ?? '')) return null
  const sign = first.slice(-1)
  const items: Block[][] = []
  for (;;) {
    const line = place.lines[place.at] ?? ''
    const [, before = '', mark, blanks = '', rest = ''] = item.exec(line) ?? []
    if (mark?.slice(-1) !== sign || rule.test(line)) break
    const width = before.length + mark.length + (blanks.length > 4 || blanks === '' ? 1 : blanks.length)
    place.at++
    items.push(within(itemAt(place, rest, width), place.depth + 1))
  }
  return { kind: 'list', start: /\d/.test(first) ? Number.parseInt(first, 10) : null, items }
}

/** The lines of an item that begins with this one, at this width. */
function itemAt(place: Place, first: string, width: number): string[] {
  const inner = [first]
  for (; place.at < place.lines.length; place.at++) {
    const line = place.lines[place.at] ?? ''
    const indent = line.search(/\S/)
    if (isBlank(line)) inner.push('')
    else if (indent >= width) inner.push(line.slice(width))
    else if (begins(line) || !endsInText(inner)) break
    else inner.push(line)
  }
  return inner
}

function paragraphAt(place: Place): Block {
  const text = [place.lines[place.at++] ?? '']
  for (; place.at < place.lines.length; place.at++) {
    const line = place.lines[place.at] ?? ''
    if (isBlank(line) || interrupts(line, place.depth)) break
    text.push(line)
  }
  return { kind: 'paragraph', inlines: inlinesOf(text.map((line) => line.trimEnd()).join('\n')) }
}

const begins = (line: string): boolean => fence.test(line) || quote.test(line) || item.test(line) || rule.test(line)

/** A number in the middle of a text is no list, unless it is 1; nor is a sign without anything after it. */
function interrupts(line: string, depth: number): boolean {
  if (fence.test(line)) return true
  if (depth >= deepest || rule.test(line)) return false
  if (quote.test(line)) return true
  const [, , mark = '', , rest = ''] = item.exec(line) ?? []
  return rest !== '' && (/^[-+*]$/.test(mark) || /^1[.)]$/.test(mark))
}

/** Whether the last line is of a paragraph, which may go on. */
const endsInText = (lines: string[]): boolean => {
  const last = lines.at(-1) ?? ''
  return !isBlank(last) && !fence.test(last) && item.exec(last)?.[4] !== ''
}
