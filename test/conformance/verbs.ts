import { connectVerb, openVerb } from './connecting.ts'
import { closeVerb, closedVerb, eventVerb, ignoreVerb, logVerb, nothingVerb } from './hearing.ts'
import { mismatches } from './match.ts'
import { checkCode, checkOutcome, judgeAnswer, outcomeFields, save, words } from './outcome.ts'
import type { Step, Verb } from './step.ts'
import { fill, fillPath, isObject } from './values.ts'

const always = () => true
const never = () => false

const send: Verb = {
  short: 'A connection sends a command: `send: ada join_room`.',
  takes: ['data', 'id', 'fields', 'silent', 'later', ...outcomeFields],
  expects: always,
  check: (step, contract) => {
    const [, command = ''] = words(step.subject, 2)
    if (contract.commands[command] === undefined && step.error !== 'UNKNOWN_COMMAND')
      throw new Error(`there is no command ${command}`)
    checkOutcome(step, contract, ['silent', 'later'])
  },
  run: async (step, stage) => {
    const [name = '', command = ''] = words(step.subject, 2)
    const connection = stage.connection(name)
    const id = (step['id'] as string | number | undefined) ?? stage.nextId()
    const data = fill(step['data'] ?? {}, stage.scope)
    connection.send(JSON.stringify({ type: command, id, data, ...(fill(step['fields'] ?? {}, stage.scope) as object) }))
    if (step['later'] !== undefined)
      stage.owed.set(`${name} ${String(fill(step['later'], stage.scope))}`, { id, command })
    else if (step['silent'] === undefined)
      await judgeAnswer(stage, connection, step, { command, isAnswer: (frame) => frame.id === id })
    else stage.seen.add(`${command} -> nothing`)
  },
}

const answer: Verb = {
  short: 'The answer to what was sent with `later`: `answer: ada first`.',
  takes: outcomeFields,
  expects: always,
  check: (step, contract) => checkOutcome(step, contract),
  run: async (step, stage) => {
    const key = String(fill(step.subject, stage.scope))
    const [name = ''] = words(key, 2)
    const owed = stage.owed.get(key)
    if (owed === undefined) throw new Error(`nothing was sent as "${key}"`)
    stage.owed.delete(key)
    await judgeAnswer(stage, stage.connection(name), step, {
      command: owed.command,
      isAnswer: (frame) => frame.id === owed.id,
    })
  },
}

const raw: Verb = {
  short: 'A connection sends any text, or bytes as `hex`; the answer has the `id` that is given, or none.',
  takes: ['text', 'hex', 'times', 'id', 'silent', ...outcomeFields],
  expects: always,
  check: (step, contract) => {
    if ((step.text === undefined) === (step.hex === undefined)) throw new Error('text or hex is needed')
    checkOutcome(step, contract, ['silent'])
  },
  run: async (step, stage) => {
    const connection = stage.connection(step.subject)
    const frame = step.hex === undefined ? String(fill(step.text, stage.scope)) : Uint8Array.fromHex(step.hex)
    for (let count = Number(step['times'] ?? 1); count > 0; count--) connection.send(frame)
    if (step['silent'] !== undefined) return
    const type = step.error === undefined ? step.reply : 'error'
    await judgeAnswer(stage, connection, step, {
      command: null,
      isAnswer: (answer) => answer.id === step['id'] && (step['id'] !== undefined || answer.type === type),
    })
  },
}

const rest: Verb = {
  short: 'An actor, or `nobody`, calls the REST API: `rest: ada POST /rooms`.',
  takes: ['body', 'headers', 'status', 'error', 'match', 'save'],
  expects: ({ status, error, match }) => status !== undefined || error !== undefined || match !== undefined,
  check: (step, contract) => {
    words(step.subject, 3)
    if (step.error !== undefined) checkCode(step.error, contract)
  },
  run: async (step, stage) => {
    const [actor = '', method = '', path = ''] = words(step.subject, 3)
    const body = step['body'] === undefined ? undefined : fill(step['body'], stage.scope)
    const headers = fill(step['headers'] ?? {}, stage.scope) as Record<string, string>
    const got = await stage.rest(actor, method, fillPath(path, stage.scope), body, headers)
    const refused = step.error !== undefined
    const expected = step['status'] ?? (refused ? { $range: [400, 599] } : { $range: [200, 299] })
    const told = refused ? got.error : got.data
    const wrong = [
      ...mismatches(expected, got.status, 'status'),
      ...(refused ? mismatches({ code: step.error }, got.error, 'error') : []),
      ...(step['match'] === undefined ? [] : mismatches(fill(step['match'], stage.scope), told)),
    ]
    if (wrong.length > 0)
      throw new Error(
        `${wrong.join('\n      ')}\n      in ${got.status} ${JSON.stringify(got.error ?? got.data)?.slice(0, 1500)}`,
      )
    save(stage, step, told)
    if (step.error !== undefined) stage.seen.add(`error ${step.error}`)
  },
}

const repeat: Verb = {
  short: 'Plays `steps` so many times; `$i` counts from 1.',
  takes: ['steps'],
  expects: never,
  run: async (step, stage) => {
    const count = fill(step.subject, stage.scope)
    for (let i = 1; i <= Number(count); i++) {
      stage.scope.set('i', i)
      await stage.play(step['steps'] as Step[])
    }
  },
}

const together: Verb = {
  short: 'Plays lists of steps at the same time.',
  takes: [],
  expects: never,
  run: async (step, stage) => {
    await Promise.all((step['branches'] as Step[][]).map((branch) => stage.play(branch)))
  },
}

const check: Verb = {
  short: 'Compares what was saved: `check: $first.uuid` with `match`.',
  takes: ['match'],
  expects: always,
  check: ({ match }) => {
    if (match === undefined) throw new Error('check needs a match')
  },
  run: async ({ subject, match }, { scope }) => {
    const wrong = mismatches(fill(match, scope), fill(subject, scope), subject)
    if (wrong.length > 0) throw new Error(wrong.join('\n      '))
  },
}

const operator: Verb = {
  short: 'What only an operator can do: `operator: promote ada`, `ban`, `drain`.',
  takes: ['role'],
  expects: never,
  check: ({ subject }) => {
    if (!/^(drain|ban [a-z]+|promote [a-z]+)$/.test(subject)) throw new Error(`an operator cannot "${subject}"`)
  },
  run: async ({ subject, role }, { operator, scope }) => {
    const [act = '', actor = ''] = subject.split(' ')
    const account = scope.get(actor)
    const username = isObject(account) ? String(account['username']) : ''
    if (act === 'drain') await operator.drain?.()
    else if (act === 'ban') await operator.ban?.(username)
    else await operator.promote?.(username, String(role))
  },
}

/** Everything that a step can be. */
export const verbs: Record<string, Verb> = {
  connect: connectVerb,
  open: openVerb,
  send,
  answer,
  raw,
  event: eventVerb,
  log: logVerb,
  nothing: nothingVerb,
  closed: closedVerb,
  close: closeVerb,
  ignore: ignoreVerb,
  rest,
  repeat,
  together,
  check,
  operator,
}
