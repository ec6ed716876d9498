import type { Frame } from './connection.ts'
import { mismatches } from './match.ts'
import { judge, limitOf, words } from './outcome.ts'
import type { Contract } from './contract.ts'
import type { Stage, Step, Verb } from './step.ts'
import { fill, isObject } from './values.ts'

/** `auth_error` answers no frame when somebody says nothing, or authenticates while opening. */
function checkEvents(types: readonly string[], contract: Contract): void {
  for (const type of types)
    if (type !== 'auth_error' && !contract.events.includes(type)) throw new Error(`there is no event ${type}`)
}

const fits = (where: unknown, stage: Stage, frame: Frame): boolean =>
  where === undefined || mismatches(fill(where, stage.scope), frame.data).length === 0

export const eventVerb: Verb = {
  short: 'The next event of a type comes, or the next that is as `where` says: `event: bob room_message`.',
  takes: ['where', 'match', 'save', 'within_ms', 'not_before_ms'],
  expects: () => true,
  check: ({ subject }, contract) => checkEvents(words(subject, 2).slice(1), contract),
  run: async (step, stage) => {
    const [name = '', type = ''] = words(step.subject, 2)
    const isIt = (frame: Frame) => frame.type === type && frame.id === undefined && fits(step['where'], stage, frame)
    const { frame, at } = await stage.connection(name).take(type, isIt, limitOf(step))
    judge(stage, step, { frame, at })
    stage.seen.add(`event ${type}`)
    if (type.endsWith('error')) stage.seen.add(`error ${String(frame.data['code'])}`)
  },
}

/** The one entry of `{type: matcher}`. */
function single(entry: unknown): [string, unknown] {
  const [first, ...others] = isObject(entry) ? Object.entries(entry) : []
  if (first === undefined || others.length > 0) throw new Error('{type: matcher} is needed, with one type')
  return first
}

export const logVerb: Verb = {
  short: 'The next events of the log of a conversation, `of`, come in this order with nothing between them.',
  takes: ['of', 'events', 'within_ms'],
  expects: () => true,
  check: ({ events, of }, contract) => {
    if (!Array.isArray(events) || events.length === 0 || of === undefined)
      throw new Error('log needs "of" and "events"')
    checkEvents(events.map((each) => single(each)[0]), contract) // prettier-ignore
  },
  run: async (step, stage) => {
    const place = fill(step['of'], stage.scope)
    const inLog = ({ type, id, data }: Frame) =>
      id === undefined &&
      type in stage.contract.laws.log_events &&
      (data['room_id'] === place || data['conversation_id'] === place)
    for (const entry of step['events'] as unknown[]) {
      const [type, match] = single(entry)
      const { frame, at } = await stage.connection(step.subject).take(`${type} in the log`, inLog, limitOf(step))
      const wrong = frame.type === type ? [] : [`the next event of the log is ${frame.type}, not ${type}`]
      judge(stage, { ...step, match }, { frame, at, wrong })
      stage.seen.add(`event ${type}`)
    }
  },
}

export const nothingVerb: Verb = {
  short: 'No event of these types comes before the one of `until`: `nothing: eve room_message mention`.',
  takes: ['where', 'until'],
  expects: () => true,
  check: ({ subject, until }, contract) => {
    const [, ...types] = subject.split(' ')
    if (types.length === 0) throw new Error('nothing of what?')
    checkEvents(types, contract)
    const [marker] = single(until)
    if (marker !== 'pong') checkEvents([marker], contract)
  },
  run: async ({ subject, where, until }, stage) => {
    const [name = '', ...types] = subject.split(' ')
    const connection = stage.connection(name)
    const [marker, match] = single(until)
    const id = marker === 'pong' ? stage.nextId() : undefined
    if (id !== undefined) connection.send(JSON.stringify({ type: 'ping', id, data: {} }))
    const mark = await connection.take(
      `${marker}, with no ${types.join(', ')} before it`,
      (frame) => frame.type === marker && frame.id === id && fits(match, stage, frame),
    )
    const before = connection.frames.slice(0, connection.frames.indexOf(mark))
    const unwanted = before.find(
      ({ frame, taken }) => !taken && frame.id === undefined && types.includes(frame.type) && fits(where, stage, frame),
    )
    if (unwanted !== undefined)
      throw new Error(`this should not have come: ${JSON.stringify(unwanted.frame).slice(0, 1500)}`)
  },
}

export const closedVerb: Verb = {
  short: 'The server closes a connection with a `code`.',
  takes: ['code', 'within_ms', 'not_before_ms'],
  expects: () => true,
  check: ({ code }, contract) => {
    if (!contract.close_codes.includes(Number(code))) throw new Error(`there is no close code ${String(code)}`)
  },
  run: async (step, stage) => {
    const { code, at } = await stage.connection(step.subject).whenClosed(limitOf(step))
    judge(stage, { ...step, match: { code: step['code'] } }, { frame: { type: 'close', data: { code } }, at })
    stage.seen.add(`close ${code}`)
  },
}

export const closeVerb: Verb = {
  short: 'A client closes its connection, or with `cut: true` vanishes.',
  takes: ['cut'],
  expects: () => false,
  run: async (step: Step, stage) => {
    const connection = stage.connection(step.subject)
    if (step['cut'] === true) connection.cut()
    else connection.close()
    await connection.whenClosed()
  },
}

export const ignoreVerb: Verb = {
  short: 'What this connection gets beyond what is asked for does not matter.',
  takes: [],
  expects: () => false,
  run: async ({ subject }, stage) => {
    stage.ignored.add(subject)
  },
}
