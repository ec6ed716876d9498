import { expect, test } from 'bun:test'
import { join } from 'node:path'

import { attemptOf } from '../../src/web/pages/app/trail/attempts.ts'
import { factsOf, type Entry } from '../../src/web/pages/app/trail/facts.ts'
import { room_actions, trail_words, type Action } from '../../src/web/pages/app/trail/words.ts'

const document = await Bun.file(join(import.meta.dir, '../../docs/audit.md')).text()
const deeds = document.slice(document.indexOf('### Deeds'), document.indexOf('### Refusals'))
const documented = [...new Set([...deeds.matchAll(/^\| `([a-z_]+\.[a-z_]+)`/gm)].map(([, action = '']) => action))]

const entry = (
  action: string,
  details: Entry['details'] = {},
  target: [string, string] | null = ['user', '7'],
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
})
const told = (locale: 'en' | 'fr', one: Entry): string => {
  const words = trail_words[locale]
  const facts = factsOf(one, {
    nameOf: (id) => `@${id}`,
    time: (at) => at.slice(0, 10),
    list: (texts) => texts.join(', '),
    roles: words.roles,
    field_names: words.fields,
    numbered: words.numbered,
  })
  return words.actions[one.action as Action].done(facts)
}

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
  for (const locale of ['en', 'fr'] as const)
    for (const one of [entry(action), entry(action, {}, null), entry(action, { to: null, until: 'never', fields: 7 })])
      expect(told(locale, one)).not.toMatch(/undefined|null|NaN|\[object/)
})

test.each<[english: string, french: string, of: Entry]>([
  ['muted @7 until 2026-11-29', 'a rendu @7 muet jusqu’au 2026-11-29', entry('member.mute', { until: '2026-11-29T10:00:00.000Z' })], // prettier-ignore
  ['ended the mute of @7', 'a rendu la parole à @7', entry('member.mute', { until: null })],
  ['banned @7 for good', 'a banni @7 sans limite', entry('user.ban', { until: null })],
  ['changed the role of @7 from user to admin', 'a changé le rôle de @7 : utilisateur → administration', entry('user.role', { from: 'user', to: 'admin' })], // prettier-ignore
  ['ended a session of @9', 'a mis fin à une session de @9', entry('session.end', { user_id: 9, sessions: 1 })],
  ['ended 3 sessions of @9', 'a mis fin à 3 sessions de @9', entry('session.end', { user_id: 9, sessions: 3 })],
  ['changed the room: topic, address', 'a modifié le salon : sujet, adresse', entry('room.update', { from: {}, to: { topic: 'x', slug: 'y' } })], // prettier-ignore
  ['brought the room back', 'a rouvert le salon', entry('room.archive', { archived: false }, ['room', '2'])],
  ['joined by an invite', 'est entré sur invitation', entry('member.join', { invite_id: 4 })],
  ['deleted a message of @9', 'a supprimé un message de @9', entry('message.delete', { author_id: 9 }, ['message', '12'])], // prettier-ignore
])('%s: %s', (english, french, one) => {
  expect([told('en', one), told('fr', one)]).toEqual([english, french])
})

test.each([
  ['ws.send_message', 'write'],
  ['http.POST /api/v1/rooms/:id/messages', 'write'],
  ['http.POST /api/v1/rooms', 'create_room'],
  ['http.PUT /api/v1/rooms/:id', 'change_room'],
  ['http.PUT /api/v1/rooms/:id/members/:user_id', 'change_member'],
  ['http.DELETE /api/v1/messages/:id', 'delete'],
  ['http.POST /api/v1/messages/:id/pin', 'pin'],
  ['http.GET /api/v1/rooms/:id/audit', 'read_trail'],
  ['http.GET /api/v1/admin/users/:id', 'account'],
  ['http.POST /api/v1/auth/login', 'sign_in'],
  ['session.begin', 'sign_in'],
  ['user.update', 'own_account'],
  ['ws.something_new', null],
])('what was refused as %s is known as %p', (action, attempt) => {
  expect(attemptOf(action)).toBe(attempt as ReturnType<typeof attemptOf>)
})

test('what one looks for in a room is said of rooms and who is in them', () => {
  for (const action of room_actions) expect(action).toMatch(/^(?:room|member|invite|message)\./)
})
