import { expect } from 'bun:test'
import type { Locator, Page } from 'playwright-core'

import { type App, composer, type Visitor } from '../web/app-visit.ts'
import { comeIn, type Served, serveApp } from './app.ts'
import { type Account, type Client, signIn } from './client.ts'
import { type Guard, guard, watched } from '../web/hostile-page.ts'
import { finish, until } from './program.ts'

export interface Room {
  id: number
  name: string
  slug: string
  topic: string | null
  description: string | null
}

/** Bob has the app open, and Mallory, who runs the server, writes what bob is to read. */
export interface Attacked {
  app: App<Served>
  ask: Served['ask']
  mallory: Account
  /** Mallory's. */
  socket: Client
  bob: Account
  visitor: Visitor
  page: Page
  safe: Guard
  /** The room where bob is. */
  den: Room
  /** Goes there without loading the page again; `side` is what the pane beside shows. */
  at(path: string, side?: object): Promise<unknown>
  /** What Mallory says in the den, or elsewhere. */
  say(content: string, more?: object): Promise<number>
  pane(name: string): Locator
  /** Opens a pane by its button. */
  open(name: string): Promise<Locator>
  /** Closes the dialog that is uppermost. */
  closeDialog(): Promise<void>
  /** Presses without a look at what may be in the way, which takes its time. */
  press(button: Locator): Promise<void>
}

export async function attack(): Promise<Attacked> {
  const app = await serveApp(['security.max_api_keys_per_user=0', 'limits.max_invites_per_room=0'])
  const { ask, register, run, url } = app.server
  const mallory = await register('mallory')
  expect((await finish(run().folder, ['user', 'promote', 'mallory'])).code).toBe(0)
  const socket = await signIn(url, mallory.access_token)
  const den = await ask<Room>('POST /rooms', { name: 'Den', slug: 'den', is_public: true }, mallory.access_token)
  const bob = await register('bob')
  const visitor = await comeIn(app, 'bob', '/c/den', { script: watched })
  const { page } = visitor
  const safe = guard(visitor, url)
  await composer(page).waitFor()
  const pane = (name: string) => page.getByRole('complementary', { name })
  const press = (button: Locator) => button.dispatchEvent('click')
  let visits = 0
  return {
    app,
    ask,
    mallory,
    socket,
    bob,
    visitor,
    page,
    safe,
    den,
    at: (path, side) => {
      const step = side === undefined ? null : { side, visit: ++visits }
      return page.evaluate(
        `history.pushState(${JSON.stringify(step)}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
      )
    },
    say: async (content, more = {}) => {
      const { type, data } = await socket.ask('send_message', { room_id: den.id, content, ...more })
      expect([content, type]).toEqual([content, 'message_sent'])
      return Number(data['message_id'])
    },
    pane,
    open: async (name) => {
      await page.getByRole('button', { name, exact: true }).click()
      return pane(name)
    },
    closeDialog: async () => {
      const dialogs = page.locator('dialog[open]')
      const count = await dialogs.count()
      await press(dialogs.last().locator('.app-dialog-head button'))
      await until(async () => (await dialogs.count()) < count)
    },
    press,
  }
}

/** Waits until this is what is there; says what is there if it never is. */
export async function shows<T>(seen: () => Promise<T>, wanted: T): Promise<void> {
  await until(async () => Bun.deepEquals(await seen(), wanted), 10_000).catch(() => undefined)
  const last: unknown = await seen()
  expect(last).toEqual(wanted)
}

/** As many as the server is asked at once, and as the page keeps messages in the document. */
export const at_once = 10

/** A few at a time, because more would be refused as too fast. */
export async function inTurns<T>(deeds: (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = []
  for (let from = 0; from < deeds.length; from += at_once)
    done.push(...(await Promise.all(deeds.slice(from, from + at_once).map((deed) => deed()))))
  return done
}

/** Of what takes its time, still sixty. */
export const isAmongSixty = (_: unknown, index: number): boolean => index % 3 < 2

/** As a document has its title. */
export const oneLine = (text: string) => text.replace(/[\p{Cc} ]+/gu, ' ').trim()
