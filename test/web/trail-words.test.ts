import { expect, test } from 'bun:test'
import { join } from 'node:path'

import { attemptOf } from '../../src/web/pages/app/trail/attempts.ts'
import type { Entry } from '../../src/web/pages/app/trail/facts.ts'
import { tell } from '../../src/web/pages/app/trail/telling.ts'
import { room_actions, trail_words, type Action } from '../../src/web/pages/app/trail/words.ts'

const docs = join(import.meta.dir, '../../docs')
const document = await Bun.file(join(docs, 'audit.md')).text()
const deeds = document.slice(document.indexOf('### Deeds'), document.indexOf('### Refusals'))
const documented = [...new Set([...deeds.matchAll(/^\| `([a-z_]+\.[a-z_]+)`/gm)].map(([, action = '']) => action))]
const locales = ['en', 'fr'] as const

const entry = (
  action: string,
  details: Entry['details'] = {},
  target: [string, string] | null = ['user', '7'],
  rest: Partial<Entry> = {},
): Entry => ({
  id: 1,
  at: '2026-11-28T10:00:00.000Z',
  actor_id: 3,
  actor_username: 'ada',
  action,
  target_type: target?.[0] ?? null,
  target_id: target?.[1] ?? null,
  outcome: 'success',
  details,
  ...rest,
})
const told = (locale: 'en' | 'fr', one: Entry) => {
  const words = trail_words[locale]
  return tell(one, words, {
    nameOf: (id) => `@${id}`,
    time: (at) => at.slice(0, 10),
    list: (texts) => texts.join(', '),
    roles: words.roles,
    field_names: words.fields,
    numbered: words.numbered,
  })
}
const said = (locale: 'en' | 'fr', one: Entry): string => told(locale, one).sentence

test('every deed that the trail knows has words, and none other', () => {
  expect(documented.length).toBeGreaterThan(40)
  for (const { actions } of Object.values(trail_words)) expect(Object.keys(actions).toSorted()).toEqual(documented.toSorted()) // prettier-ignore
})

test('no two deeds are looked for under the same words', () => {
  for (const { actions } of Object.values(trail_words)) {
    const labels = Object.values(actions).map(({ label }) => label)
    expect(new Set(labels).size).toBe(labels.length)
  }
})

test.each(documented)('%s is told without a gap, whatever the server left out', (action) => {
  for (const locale of locales)
    for (const one of [
      entry(action),
      entry(action, {}, null),
      entry(action, { to: null, until: 'never', fields: 7 }),
    ]) {
      expect(said(locale, one)).not.toMatch(/undefined|null|NaN|\[object/)
      expect(said(locale, one)).not.toMatch(/[:,] ?$/)
    }
})

const nobody = { actor_id: null, actor_username: null }
const is_own = { actor_id: 7, actor_username: 'ada' }

test.each<[english: string, french: string, of: Entry]>([
  ['muted @7 until 2026-11-29', 'a rendu @7 muet jusqu’au 2026-11-29', entry('member.mute', { until: '2026-11-29T10:00:00.000Z' })], // prettier-ignore
  ['ended the mute of @7', 'a rendu la parole à @7', entry('member.mute', { until: null })],
  ['banned @7 for good', 'a banni @7 sans limite', entry('user.ban', { until: null })],
  ['changed the role of @7 from user to admin', 'a changé le rôle de @7 : utilisateur → administration', entry('user.role', { from: 'user', to: 'admin' })], // prettier-ignore
  ['made @7 an admin', 'a donné un rôle à @7 : administration', entry('user.promote', { role: 'admin', by: 'cli' })],
  ['added @7 to the room as a member', 'a ajouté @7 au salon (membre)', entry('member.add', { role: 'member' })],
  ['lifted the ban of @7', 'a levé le bannissement de @7', entry('user.unban', { reason: 'lifted' })],
  ['let @7 in again, because the ban was over', 'a de nouveau laissé entrer @7, car le bannissement était terminé', entry('user.unban', { reason: 'over' })], // prettier-ignore
  ['signed @9 out of one session', 'a fermé une session de @9', entry('session.end', { user_id: 9, sessions: 1, reason: 'admin' }, ['session', 'x'])], // prettier-ignore
  ['signed @9 out of 3 sessions, because a new password was set', 'a fermé 3 sessions de @9, car un nouveau mot de passe a été choisi', entry('session.end', { user_id: 9, sessions: 3, reason: 'reset' })], // prettier-ignore
  ['signed out of one session', 'a fermé une session', entry('session.end', { user_id: 3, sessions: 1, reason: 'logout' }, ['session', 'x'])], // prettier-ignore
  ['signed in', 's’est connecté', entry('session.begin', { by: 'password', user_id: 3 }, ['session', 'x'])],
  ['signed in through shop', 's’est connecté par shop', entry('session.begin', { by: 'issuer', issuer: 'shop', user_id: 3 }, ['session', 'x'])], // prettier-ignore
  ['made a sign-in for @9', 'a ouvert un accès pour @9', entry('session.begin', { by: 'cli', user_id: 9 }, ['session', 'x'], nobody)], // prettier-ignore
  ['gave @7 a new name and the role of moderator, as shop says', 'a donné à @7 un nouveau nom et le rôle « modération », comme le dit shop', entry('user.follow', { issuer: 'shop', renamed: true, role: 'moderator' })], // prettier-ignore
  ['changed their profile: display name', 'a modifié son profil : nom affiché', entry('user.update', { fields: ['display_name'] })], // prettier-ignore
  ['set a new password through a link that they were given', 'a choisi un nouveau mot de passe par un lien qui lui a été donné', entry('password.reset', {}, ['user', '7'], is_own)], // prettier-ignore
  ['set a new password for @7', 'a choisi un nouveau mot de passe pour @7', entry('password.reset', { by: 'cli' }, ['user', '7'], nobody)], // prettier-ignore
  ['asked for a new password for an e-mail address', 'a demandé un nouveau mot de passe pour une adresse e-mail', entry('password.forgot', {}, null, nobody)], // prettier-ignore
  ['changed the room: topic, address', 'a modifié le salon : sujet, adresse', entry('room.update', { from: {}, to: { topic: 'x', slug: 'y' } })], // prettier-ignore
  ['opened the room again', 'a rouvert le salon', entry('room.archive', { archived: false }, ['room', '2'])],
  ['joined the room through an invite link', 'a rejoint le salon par un lien d’invitation', entry('member.join', { invite_id: 4 })], // prettier-ignore
  ['gave @7 the nickname “Seven”', 'a surnommé @7 « Seven »', entry('member.nickname', { to: 'Seven' })],
  ['took the nickname “Seven” here', 'a pris ici le surnom « Seven »', entry('member.nickname', { to: 'Seven' }, ['user', '7'], is_own)], // prettier-ignore
  ['deleted a message of @9', 'a supprimé un message de @9', entry('message.delete', { author_id: 9 }, ['message', '12'])], // prettier-ignore
  ['deleted one of their messages', 'a supprimé un de ses messages', entry('message.delete', { author_id: 3 }, ['message', '12'])], // prettier-ignore
])('%s: %s', (english, french, one) => {
  expect([said('en', one), said('fr', one)]).toEqual([english, french])
})

test.each<[english: string, french: string, of: Entry]>([
  ['ada', 'ada', entry('user.ban')],
  ['user 3', 'compte 3', entry('user.ban', {}, null, { actor_username: null })],
  ['The server', 'Le serveur', entry('user.unban', { reason: 'over' }, ['user', '7'], nobody)],
  ['Somebody on the server’s command line', 'Quelqu’un, par la ligne de commande du serveur', entry('user.create', { by: 'cli' }, ['user', '7'], nobody)], // prettier-ignore
  ['Somebody who was not signed in', 'Quelqu’un qui n’était pas connecté', entry('password.forgot', {}, ['user', '7'], nobody)], // prettier-ignore
  ['Somebody who was not signed in', 'Quelqu’un qui n’était pas connecté', entry('session.begin', {}, null, { ...nobody, outcome: 'failure' })], // prettier-ignore
])('who did it is %s: %s', (english, french, one) => {
  expect([told('en', one).actor, told('fr', one).actor]).toEqual([english, french])
})

const refused = { outcome: 'denied' } as const

test.each<[sentence: string, notes: string[], of: Entry]>([
  // Words for programs are in no note; what a person wrote is.
  ['lifted the ban of @7', [], entry('user.unban', { reason: 'lifted' })],
  ['banned @7 for good', ['Reason: spam'], entry('user.ban', { until: null, reason: 'spam' })],
  ['deleted a message of @9', ['Reason: lifted'], entry('message.delete', { author_id: 9, reason: 'lifted' }, ['message', '1'])], // prettier-ignore
  ['tried to stay signed in', ['Account: @7', 'The session had ended already.'], entry('http.POST /api/v1/auth/refresh', { code: 'SESSION_REVOKED' }, ['user', '7'], { ...nobody, ...refused })], // prettier-ignore
  ['tried to stay signed in with a token that had been used before', ['Account: @7', 'The session had ended already.'], entry('session.reuse', { code: 'SESSION_REVOKED', user_id: 7 }, ['session', 'x'], { ...nobody, ...refused })], // prettier-ignore
  ['tried to use an API key', ['Account: @7', 'The key is not good from this address.'], entry('key.use', { code: 'INVALID_TOKEN', reason: 'address', user_id: 7 }, ['key', '2'], { ...nobody, ...refused })], // prettier-ignore
  ['tried to sign in', ['Account: @7', 'The password or the code was wrong.'], entry('session.begin', { code: 'INVALID_CREDENTIALS', user_id: 7 }, null, { ...nobody, outcome: 'failure' })], // prettier-ignore
  ['changed the room: topic', ['topic: none → Green'], entry('room.update', { from: { topic: null }, to: { topic: 'Green' } }, ['room', '1'])], // prettier-ignore
])('%s, with the notes %j', (sentence, notes, one) => {
  expect(told('en', one)).toMatchObject({ sentence, notes })
})

test('every error that the trail keeps refusals of is told in a sentence', () => {
  const kept = document.slice(document.indexOf('### Refusals'), document.indexOf('Their action is'))
  const codes = [...kept.matchAll(/`([A-Z_]{6,})`/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(8)
  for (const locale of locales) for (const code of codes) expect(trail_words[locale].codes[code]).toMatch(/^[A-Z].*\.$/)
})

test.each([
  ['ws.send_message', 'write'],
  ['http.POST /api/v1/rooms/:id/messages', 'write'],
  ['http.GET /api/v1/rooms/:id/messages', 'read'],
  ['http.POST /api/v1/rooms', 'create_room'],
  ['http.GET /api/v1/rooms', 'see_room'],
  ['http.PUT /api/v1/rooms/:id', 'change_room'],
  ['http.POST /api/v1/rooms/:id/leave', 'leave'],
  ['http.PUT /api/v1/rooms/:id/members/:user_id', 'change_member'],
  ['http.DELETE /api/v1/messages/:id', 'delete'],
  ['http.POST /api/v1/messages/:id/pin', 'pin'],
  ['http.POST /api/v1/messages/:id/reactions', 'react'],
  ['http.GET /api/v1/messages/:id/reactions', 'read'],
  ['http.GET /api/v1/rooms/:id/audit', 'read_trail'],
  ['http.GET /api/v1/admin/users/:id', 'account'],
  ['http.POST /api/v1/auth/login', 'sign_in'],
  ['http.POST /api/v1/auth/refresh', 'stay'],
  ['http.POST /api/v1/auth/password', 'own_account'],
  ['http.POST /api/v1/auth/password/forgot', 'new_password'],
  ['http.POST /api/v1/auth/api-keys', 'keys'],
  ['http.GET /api/v1/users/search', 'people'],
  ['http.GET /api/v1/users/me', 'own_account'],
  ['http.GET /api/v1/users/:id', 'people'],
  ['session.begin', 'sign_in'],
  ['user.update', 'own_account'],
  ['ws.something_new', null],
])('what was refused as %s is known as %p', (action, attempt) => {
  expect(attemptOf(action)).toBe(attempt as ReturnType<typeof attemptOf>)
})

test('whatever one may ask for has words for not getting it', async () => {
  const permissions = await Bun.file(join(docs, 'permissions.md')).text()
  const routes = [...permissions.matchAll(/^\| `([A-Z]+) (\/[^`]*)`/gm)].map(([, method = '', path = '']) => `http.${method} /api/v1${path}`) // prettier-ignore
  const asked = routes.slice(
    0,
    routes.findIndex((route) => route.endsWith('/health')),
  )
  const protocol = await Bun.file(join(docs, '../sdks/javascript/src/protocol.gen.ts')).text()
  const [, table = ''] = /export interface CommandData \{([^}]*)\}/.exec(protocol) ?? []
  const commands = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => `ws.${name}`)
  expect([asked.length, commands.length].map((count) => count > 20)).toEqual([true, true])
  expect([...asked, ...commands].filter((action) => attemptOf(action) === null)).toEqual([])
})

test('what one looks for in a room is said of rooms and who is in them', () => {
  for (const action of room_actions) expect(action).toMatch(/^(?:room|member|invite|message)\./)
})

test('no deed is told in the words of programs', () => {
  for (const action of documented as Action[])
    expect(trail_words.en.actions[action].label).not.toMatch(/issuer|by command|token used/i)
})
