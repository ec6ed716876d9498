/** A reader of the Prometheus text format 0.0.4, strict enough to refuse what a scraper would refuse. */
export interface Family {
  type: string
  help: string
  samples: { name: string; labels: Record<string, string>; value: number }[]
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y

export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no newline')
  const families = new Map<string, Family>()
  for (const line of text.split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (comment) {
      const [, word, name = '', rest = ''] = comment
      const family = families.get(name) ?? { type: '', help: '', samples: [] }
      if (family.samples.length > 0) throw new Error(`${name} comes twice`)
      family[word === 'HELP' ? 'help' : 'type'] = rest
      families.set(name, family)
    } else if (line !== '') {
      const sample = SAMPLE.exec(line)
      if (!sample) throw new Error(`not a sample: ${line}`)
      const [, name = '', inside = '', value = ''] = sample
      const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''))
      if (!family) throw new Error(`no TYPE before ${name}`)
      family.samples.push({ name, labels: parseLabels(inside), value: parseValue(value) })
    }
  }
  return families
}

function parseLabels(inside: string): Record<string, string> {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < inside.length) {
    const label = LABEL.exec(inside)
    if (!label) throw new Error(`not labels: ${inside}`)
    const [, name = '', value = ''] = label
    if (name in labels) throw new Error(`label ${name} comes twice`)
    labels[name] = value
  }
  return labels
}

function parseValue(text: string): number {
  if (text === '+Inf') return Infinity
  const value = Number(text)
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`not a number: ${text}`)
  return value
}
