/** The sentences about fields, in each language. Numbers, values and descriptions are filled in. */
import type { Locale } from './errors.ts'

export type Noun =
  | 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'object' | 'null' | 'time' | 'uuid' | 'address' | 'email' | 'other' // prettier-ignore

interface Wording {
  required: string
  /** Of a parameter of an address. */
  repeated: string
  unknown: string
  unique: string
  otherwise: string
  nouns: Record<Noun, string>
  /** Of what it must be one. */
  be(what: readonly string[]): string
  least(n: number): string
  most(n: number): string
  above(n: number): string
  below(n: number): string
  multiple(n: number): string
  longer(n: number): string
  shorter(n: number): string
  moreItems(n: number): string
  fewerItems(n: number): string
  /** What the form is, if the schema says. */
  pattern(form: string | undefined): string
}

const joined = (texts: readonly string[], or: string): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${or} ${texts.at(-1)}`

/** A description as the end of a sentence. */
const plain = (text: string): string => text.replace(/\.$/, '')

const english: Record<Noun, string> = {
  text: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
  null: 'null',
  time: 'a time such as 2026-01-31T12:00:00Z',
  uuid: 'a UUID',
  address: 'an address such as https://example.com',
  email: 'an e-mail address',
  other: 'of another form',
}

const french: Record<Noun, string> = {
  text: 'un texte',
  integer: 'un nombre entier',
  number: 'un nombre',
  boolean: 'true ou false',
  list: 'une liste',
  object: 'un objet',
  null: 'null',
  time: 'une date et heure comme 2026-01-31T12:00:00Z',
  uuid: 'un UUID',
  address: 'une adresse comme https://example.com',
  email: 'une adresse e-mail',
  other: 'd’une autre forme',
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`
/** In French 0 is singular. */
const compte = (n: number, one: string, many: string): string => `${n} ${n < 2 ? one : many}`

export const wordings: Record<Locale, Wording> = {
  en: {
    required: 'is required',
    repeated: 'must not be given more than once',
    unknown: 'is not known here',
    unique: 'must not hold anything twice',
    otherwise: 'does not fit',
    nouns: english,
    be: (what) => `must be ${joined(what, 'or')}`,
    least: (n) => `must be at least ${n}`,
    most: (n) => `must be at most ${n}`,
    above: (n) => `must be more than ${n}`,
    below: (n) => `must be less than ${n}`,
    multiple: (n) => `must be a multiple of ${n}`,
    longer: (n) => `must have at least ${count(n, 'character', 'characters')}`,
    shorter: (n) => `must have at most ${count(n, 'character', 'characters')}`,
    moreItems: (n) => `must have at least ${count(n, 'item', 'items')}`,
    fewerItems: (n) => `must have at most ${count(n, 'item', 'items')}`,
    pattern: (form) => (form === undefined ? 'is not of the form wanted' : `is not of the form wanted: ${plain(form)}`),
  },
  fr: {
    required: 'est obligatoire',
    repeated: 'ne doit pas être donné plusieurs fois',
    unknown: 'n’est pas connu ici',
    unique: 'ne doit rien contenir deux fois',
    otherwise: 'ne convient pas',
    nouns: french,
    be: (what) => `doit être ${joined(what, 'ou')}`,
    least: (n) => `doit être au moins ${n}`,
    most: (n) => `doit être au plus ${n}`,
    above: (n) => `doit être supérieur à ${n}`,
    below: (n) => `doit être inférieur à ${n}`,
    multiple: (n) => `doit être un multiple de ${n}`,
    longer: (n) => `doit avoir au moins ${compte(n, 'caractère', 'caractères')}`,
    shorter: (n) => `doit avoir au plus ${compte(n, 'caractère', 'caractères')}`,
    moreItems: (n) => `doit avoir au moins ${compte(n, 'élément', 'éléments')}`,
    fewerItems: (n) => `doit avoir au plus ${compte(n, 'élément', 'éléments')}`,
    pattern: (form) => (form === undefined ? 'n’a pas la forme voulue' : `n’a pas la forme voulue : ${plain(form)}`),
  },
}
