import { type Connection, type Frame, patience_ms } from './connection.ts'
import type { Contract } from './contract.ts'
import { mismatches } from './match.ts'
import type { Stage, Step } from './step.ts'
import { at, fill, isObject } from './values.ts'

/** The fields of a step that say how a command is answered. */
export const outcomeFields = ['reply', 'error', 'match', 'save', 'within_ms'] as const

/** A command must be answered in one way, and its names must be those of the contract. */
export function checkOutcome(step: Step, contract: Contract, others: readonly string[] = []): void {
  const ways = ['reply', 'error', ...others].filter((way) => step[way] !== undefined)
  if (ways.length !== 1) throw new Error(`one of ${['reply', 'error', ...others].join(', ')} is needed, and only one`)
  if (step.error !== undefined) checkCode(step.error, contract)
  if ((step['match'] !== undefined || step['save'] !== undefined) && ways[0] !== 'reply' && ways[0] !== 'error')
    throw new Error('there is nothing to match')
}

export function checkCode(code: unknown, contract: Contract): void {
  if (!contract.errors.includes(String(code))) throw new Error(`there is no error ${String(code)}`)
}

/** Waits for the answer to a command and judges it. `command` is null when the server cannot know what was meant. */
export async function judgeAnswer(
  stage: Stage,
  connection: Connection,
  step: Step,
  {
    command,
    isAnswer,
    refusal = 'error',
  }: { command: string | null; isAnswer(frame: Frame): boolean; refusal?: string },
): Promise<void> {
  const type = step.error === undefined ? String(step.reply) : refusal
  const { frame, at } = await connection.take(
    `the answer (${type}) to ${command ?? 'its frame'}`,
    isAnswer,
    limitOf(step),
  )
  const wrong: string[] = frame.type === type ? [] : [`its type is ${frame.type}, not ${type}`]
  if (step.error !== undefined) {
    const action = command === null ? {} : { action: command }
    wrong.push(...mismatches({ code: step.error, ...action }, frame.data))
  }
  judge(stage, step, { frame, at, wrong })
  stage.seen.add(step.error === undefined ? `${command} -> ${type}` : `${command} ! ${step.error}`)
  if (step.error !== undefined) stage.seen.add(`error ${step.error}`)
}

/** What fails a step, with the frame that it is about. */
export function judge(
  stage: Stage,
  step: Step,
  { frame, at, wrong = [] }: { frame: Frame; at: number; wrong?: string[] },
): void {
  const all = [
    ...wrong,
    ...(step['match'] === undefined ? [] : mismatches(fill(step['match'], stage.scope), frame.data)),
    ...timing(step, at - stage.since),
  ]
  if (all.length > 0) throw new Error(`${all.join('\n      ')}\n      in ${JSON.stringify(frame).slice(0, 1500)}`)
  save(stage, step, frame.data)
}

function timing(step: Step, took_ms: number): string[] {
  const { within_ms, not_before_ms } = step
  if (typeof within_ms === 'number' && took_ms > within_ms)
    return [`it came after ${Math.round(took_ms)} ms, not within ${within_ms}`]
  if (typeof not_before_ms === 'number' && took_ms < not_before_ms)
    return [`it came after ${Math.round(took_ms)} ms, before ${not_before_ms}`]
  return []
}

/** How long to wait: a step that bounds the time says so itself. */
export const limitOf = ({ within_ms }: Step): number => (typeof within_ms === 'number' ? within_ms : patience_ms)

/** `save: {name: path}` keeps what lies at the path as `$name`. */
export function save(stage: Stage, { save: wanted }: Step, data: unknown): void {
  if (wanted === undefined) return
  if (!isObject(wanted)) throw new Error('save is a mapping of names to paths')
  for (const [name, path] of Object.entries(wanted)) {
    const found = at(data, String(path).split('.'))
    if (found === undefined)
      throw new Error(`there is no ${String(path)} to save in ${JSON.stringify(data).slice(0, 500)}`)
    stage.scope.set(name, found)
  }
}

/** "ada join_room" in its two halves. */
export function words(subject: string, count: number): string[] {
  const found = subject.split(' ')
  if (found.length !== count) throw new Error(`"${subject}" should be ${count} words`)
  return found
}
