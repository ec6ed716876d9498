import { requireMatcher } from './match.ts'
import { isObject } from './values.ts'
import type { Contract } from './contract.ts'
import type { Step } from './step.ts'
import { verbs } from './verbs.ts'

export interface Scenario {
  name: string
  section: string
  file: string
  /** By name, their role on the server. */
  actors: Record<string, string>
  needs: Need[]
  /** The configuration it is about; null for the defaults. */
  profile: string | null
  /** Plays while nothing else does. */
  alone: boolean
  given: Given
  steps: Step[]
}

const needs = ['promote', 'ban', 'drain'] as const
/** What an operator must do for it. */
export type Need = (typeof needs)[number]

export interface Given {
  connected: string[]
  rooms: Record<string, GivenRoom>
  /** The two people. */
  dms: Record<string, [string, string]>
}

export interface GivenRoom {
  /** The first one owns it. */
  people: string[]
  /** Connections that joined the live feed. */
  joined: string[]
  draft: Record<string, unknown>
}

const known = new Set(['name', 'actors', 'needs', 'profile', 'alone', 'given', 'steps', 'in'])

/** The scenarios of one file, checked as far as can be without playing them. Throws with the name of the one that is wrong. */
export function readScenarios(file: string, text: string, contract: Contract): Scenario[] {
  const document = Bun.YAML.parse(text)
  if (!isObject(document)) throw new Error(`${file} is not a mapping`)
  const { section, scenarios, profile, ...more } = document
  if (typeof section !== 'string' || !Array.isArray(scenarios) || Object.keys(more).length > 0)
    throw new Error(`${file} has "section", "scenarios" and perhaps "profile", and nothing else`)
  return scenarios.flatMap((raw: unknown) => {
    try {
      if (!isObject(raw)) throw new Error('is not a mapping')
      return variants(raw).map((each) =>
        readScenario(file, section, { ...(profile !== undefined && { profile }), ...each }, contract),
      )
    } catch (cause) {
      throw new Error(`${file}, "${isObject(raw) ? String(raw['name']) : '?'}": ${(cause as Error).message}`, { cause })
    }
  })
}

function readScenario(file: string, section: string, raw: Record<string, unknown>, contract: Contract): Scenario {
  for (const key of Object.keys(raw)) if (!known.has(key)) throw new Error(`there is no "${key}" in a scenario`)
  const { name, profile = null, alone = false } = raw
  if (typeof name !== 'string' || name === '') throw new Error('it needs a name')
  if (profile !== null && typeof profile !== 'string') throw new Error('profile is a name')
  if (typeof alone !== 'boolean') throw new Error('alone is true or false')
  const actors = readActors(raw['actors'])
  const wanted = texts(raw['needs'] ?? [], 'needs')
  for (const need of wanted) if (!needs.includes(need as Need)) throw new Error(`nobody can help with "${need}"`)
  if (Object.values(actors).some((role) => role !== 'user') && !wanted.includes('promote'))
    throw new Error('actors with a role need promote')
  const steps = readSteps(raw['steps'], contract)
  if (!steps.some(expects)) throw new Error('it expects nothing, so it cannot fail')
  return {
    name,
    section,
    file,
    actors,
    needs: wanted as Need[],
    profile,
    alone,
    given: readGiven(raw['given'] ?? {}, actors),
    steps,
  }
}

const expects = (step: Step): boolean => {
  const nested = Object.values(step).flatMap((value) => (Array.isArray(value) ? value.flat() : []))
  return (
    verbs[step.verb]?.expects(step) === true ||
    nested.some((each) => isObject(each) && 'verb' in each && expects(each as Step))
  )
}

/** Steps, those within others included. */
function readSteps(raw: unknown, contract: Contract): Step[] {
  if (!Array.isArray(raw) || raw.length === 0) throw new Error('it needs steps')
  return raw.map((line: unknown, index) => {
    try {
      return readStep(line, contract)
    } catch (cause) {
      throw new Error(`step ${index + 1}: ${(cause as Error).message}`, { cause })
    }
  })
}

function readStep(line: unknown, contract: Contract): Step {
  if (!isObject(line)) throw new Error('a step is a mapping')
  const [name = '', ...fields] = Object.keys(line)
  const verb = verbs[name]
  if (verb === undefined) throw new Error(`there is no verb "${name}"`)
  for (const field of fields) if (!verb.takes.includes(field)) throw new Error(`${name} takes no "${field}"`)
  const subject = line[name]
  if (typeof subject !== 'string' && typeof subject !== 'number' && name !== 'together')
    throw new Error(`${name} needs to know what`)
  for (const field of ['match', 'where', 'until', 'events']) requireMatcher(line[field])
  const step: Step = { ...line, verb: name, subject: name === 'together' ? '' : String(subject) }
  if (name === 'together') {
    if (!Array.isArray(subject)) throw new Error('together takes lists of steps')
    step['branches'] = subject.map((branch) => readSteps(branch, contract))
  }
  if (name === 'repeat') step['steps'] = readSteps(line['steps'], contract)
  verb.check?.(step, contract)
  return step
}

function readActors(raw: unknown): Record<string, string> {
  const roles: unknown = Array.isArray(raw)
    ? Object.fromEntries(raw.map((name) => [String(name), 'user']))
    : (raw ?? {})
  if (!isObject(roles)) throw new Error('actors are names, or names with roles')
  for (const [name, role] of Object.entries(roles)) {
    if (!/^[a-z]{2,12}$/.test(name)) throw new Error(`"${name}" is no name for an actor: 2 to 12 of a-z`)
    if (typeof role !== 'string') throw new Error(`${name} needs a role`)
  }
  return roles as Record<string, string>
}

function readGiven(raw: unknown, actors: Record<string, string>): Given {
  if (!isObject(raw)) throw new Error('given is a mapping')
  const { connected = [], rooms = {}, dms = {}, ...more } = raw
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw new Error(`there is no "${unknown}" in given`)
  if (!isObject(rooms) || !isObject(dms)) throw new Error('rooms and dms have names')
  const open = texts(connected, 'connected')
  const known = (names: string[]) => {
    for (const name of names) if (!(actorOf(name) in actors)) throw new Error(`${name} is no actor`)
    return names
  }
  return {
    connected: known(open),
    rooms: Object.fromEntries(Object.entries(rooms).map(([name, room]) => [name, readRoom(room, open, known)])),
    dms: Object.fromEntries(
      Object.entries(dms).map(([name, people]) => {
        const [first, second, ...others] = known(texts(people, name))
        if (first === undefined || second === undefined || others.length > 0) throw new Error(`${name} is a DM of two`)
        return [name, [first, second]]
      }),
    ),
  }
}

function readRoom(raw: unknown, open: string[], known: (names: string[]) => string[]): GivenRoom {
  const {
    people,
    draft = {},
    joined,
    ...more
  } = Array.isArray(raw) ? { people: raw } : (raw as Record<string, unknown>)
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw new Error(`a room has no "${unknown}"`)
  if (!isObject(draft)) throw new Error('draft is a mapping')
  const names = known(texts(people, 'people'))
  if (names.length === 0) throw new Error('a room needs people')
  return {
    people: names,
    draft,
    joined: texts(joined ?? open.filter((each) => names.includes(actorOf(each))), 'joined'),
  }
}

/** `ada.2` is a connection of ada. */
export const actorOf = (connection: string): string => connection.split('.')[0] ?? connection

function texts(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string'))
    throw new Error(`${what} is a list of names`)
  return value as string[]
}

/** What differs by name only between rooms and DMs: `in: [room, dm]` plays a scenario in both. */
const dialects: Record<string, Record<string, string>> = {
  room: {
    here_id: 'room_id',
    here_message: 'room_message',
    here_joined: 'room_joined',
    here_left: 'room_left',
    here_history: 'room_history',
    here_send: 'send_message',
    here_not_found: 'ROOM_NOT_FOUND',
  },
  dm: {
    here_id: 'conversation_id',
    here_message: 'dm_message',
    here_joined: 'dm_joined',
    here_left: 'dm_left',
    here_history: 'dm_history',
    here_send: 'send_dm',
    here_not_found: 'CONVERSATION_NOT_FOUND',
  },
}

function variants(raw: Record<string, unknown>): Record<string, unknown>[] {
  const { in: places, ...scenario } = raw
  if (places === undefined) return [translated(scenario, {}) as Record<string, unknown>]
  return texts(places, 'in').map((place) => {
    const dialect = dialects[place]
    if (dialect === undefined) throw new Error(`there is no place "${place}"`)
    const { given, ...rest } = translated(scenario, dialect) as Record<string, unknown>
    if (!isObject(given) || !('here' in given)) throw new Error('given says who is here')
    const { here, ...more } = given
    const kind = place === 'dm' ? 'dms' : 'rooms'
    const others = isObject(more[kind]) ? more[kind] : {}
    const spot = place === 'dm' && isObject(here) ? here['people'] : here
    return {
      ...rest,
      name: `${String(rest['name'])} (${place})`,
      given: { ...more, [kind]: { ...others, here: spot } },
    }
  })
}

const word = /\bhere_\w+/g

function translated(value: unknown, dialect: Record<string, string>): unknown {
  const translate = (text: string) =>
    text.replaceAll(word, (name) => {
      const other = dialect[name]
      if (other === undefined) throw new Error(`there is no "${name}"`)
      return other
    })
  if (typeof value === 'string') return translate(value)
  if (Array.isArray(value)) return value.map((each) => translated(each, dialect))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [translate(key), translated(inner, dialect)]))
}
