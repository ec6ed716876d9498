import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'
import { has_browser, join } from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('whoever runs the server', () => {
  let app: SignedInApp
  let root: Account
  let bob: Account
  let page: Page
  beforeAll(async () => {
    app = await startSignedInApp()
    root = await app.server.register('root')
    bob = await app.server.register('bob')
    await app.server.register('eve')
    await app.server.sql`update users set role = 'admin' where username = 'root'`
    page = await app.signIn(root)
  })
  afterAll(() => app.close())

  const ask = (line: string, body?: unknown) => app.server.ask(line, body, root.token)
  const part = (title: string) => page.locator('.app-account-part', { has: page.getByRole('heading', { name: title, exact: true }) }) // prettier-ignore
  const confirm = async (title: string, deed: string) =>
    page.getByRole('dialog', { name: title }).getByRole('button', { name: deed, exact: true }).click()
  const openAccount = async (name: string) => {
    await page.goto(`${app.server.url}/admin`)
    await page.getByRole('link', { name: `@${name}` }).click()
    await page.getByRole('heading', { level: 2, name, exact: true }).waitFor()
  }
  const names = () => page.locator('.app-account .app-member-name > span').allTextContents()

  test('comes to it by their own menu, and finds accounts by name, number, role and standing', async () => {
    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Administration' }).click()
    await page.getByRole('heading', { level: 1, name: 'Administration' }).waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toBe('/admin/people'))
    await soon(async () => expect(await page.title()).toBe('Administration – Veza Chat'))
    await eventually('everybody', async () => (await names()).join() === '@root,@bob,@eve')
    await page.getByLabel('Find an account').fill('bo')
    await eventually('bob', async () => (await names()).join() === '@bob')
    await page.getByLabel('Find an account').fill(String(root.id))
    await eventually('root', async () => (await names()).join() === '@root')
    await page.getByLabel('Find an account').fill('')
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Administrator' })
    await eventually('the administrators', async () => (await names()).join() === '@root')
    await page.getByLabel('Standing').selectOption({ label: 'Banned' })
    await page.getByText('No account is like that.').waitFor()
    expect(await barriers(page, '.app-admin')).toEqual([])
  })

  test('gives a role after a question, and is told why not where it is not to be', async () => {
    const others = await app.signIn(bob)
    const room_id = await app.server.room(root, { name: 'Tea house' })
    await ask(`POST /rooms/${room_id}/messages`, { content: 'Who is to go?' })
    await others.goto(`${app.server.url}/c/tea-house`)
    await join(others)
    const line = others.locator('.vz-conversation .vz-message', { hasText: 'Who is to go?' })
    await line.hover()
    await line.getByRole('button', { name: 'Reply in thread' }).waitFor()
    expect(await line.getByRole('button', { name: 'Delete' }).count()).toBe(0)
    await openAccount('bob')
    await soon(async () =>
      expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Administration'),
    )
    expect(await barriers(page, '.app-admin')).toEqual([])
    await part('Role on the server').getByLabel('Role').selectOption({ label: 'Moderator' })
    await part('Role on the server').getByRole('button', { name: 'Change role' }).click()
    await confirm('Make bob: Moderator?', 'Change role')
    await page.getByText('bob is now: Moderator.').waitFor()
    expect((await ask(`GET /admin/users/${bob.id}`)).data).toMatchObject({ role: 'moderator' })
    // It holds at once where bob is, too.
    await others.getByRole('button', { name: 'status and settings' }).click()
    await others.getByRole('menuitem', { name: 'Administration' }).waitFor()
    await others.keyboard.press('Escape')
    await line.hover()
    await line.getByRole('button', { name: 'Delete' }).waitFor()
    await openAccount('root')
    await page.getByText('This is your own account.').waitFor()
    expect(await part('Ban').count()).toBe(0)
  })

  test('bans for a time with a reason, and lifts the ban', async () => {
    await openAccount('eve')
    await part('Ban').getByLabel('Ends').selectOption({ label: 'After a week' })
    await part('Ban').getByLabel('Reason, which they are told (optional)').fill('Advertising')
    await part('Ban').getByRole('button', { name: 'Ban' }).click()
    await confirm('Ban eve from this server?', 'Ban')
    await part('Ban').getByText('Reason: Advertising').waitFor()
    await soon(async () => expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Ban'))
    const { data } = await ask('GET /admin/users?status=banned')
    const [banned] = (data as { users: { username: string; banned_until: string }[] }).users
    expect(banned).toMatchObject({ username: 'eve', ban_reason: 'Advertising' })
    const days = (Date.parse(banned?.banned_until ?? '') - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(6.9)
    expect(days).toBeLessThan(7.1)
    await part('Ban').getByRole('button', { name: 'Lift the ban' }).click()
    await part('Ban').getByLabel('Ends').waitFor()
    expect((await ask('GET /admin/users?status=banned')).data).toMatchObject({ users: [] })
  })

  test('sees who is there and how, as it changes, and when somebody was there last', async () => {
    const mallory = await app.server.register('mallory')
    const guest = await app.signIn(mallory)
    await app.server.ask('PUT /users/me/status', { status: 'busy', message: 'Counting' }, mallory.token)
    await page.goto(`${app.server.url}/admin`)
    const line = page.locator('.app-account', { hasText: '@mallory' })
    await line.getByRole('img', { name: 'Busy' }).waitFor()
    await line.getByText('Counting').waitFor()
    await app.server.ask('PUT /users/me/status', { status: 'away' }, mallory.token)
    await line.getByRole('img', { name: 'Away' }).waitFor()
    await openAccount('mallory')
    const seen = page.locator('.app-facts > div', { hasText: 'Last seen' }).locator('dd')
    await eventually('here', async () => (await seen.textContent()) === 'Now')
    await part('Ban').getByRole('button', { name: 'Ban' }).click()
    await confirm('Ban mallory from this server?', 'Ban')
    await page.locator('.app-person').getByRole('img', { name: 'Offline' }).waitFor()
    const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Paris' })
    const lately = [0, 60_000, 120_000].map((ago) => time.format(Date.now() - ago))
    await eventually('the time of the ban', async () => lately.includes((await seen.textContent()) ?? ''))
    await guest.context().close()
    await page.goto(`${app.server.url}/admin`)
    await line.getByRole('img', { name: 'Offline' }).waitFor()
  })

  test('bans from the members of a room, until a time that is chosen, and reads that it is done', async () => {
    const ivy = await app.server.register('ivy')
    const room = await app.server.room(root, { name: 'Gate', slug: 'gate' })
    await app.server.ask(`POST /rooms/${room}/join`, undefined, ivy.token)
    await page.goto(`${app.server.url}/c/gate`)
    await page.getByRole('button', { name: '2 members' }).click()
    await page.getByRole('button', { name: 'Actions for ivy' }).click()
    await page.getByRole('menuitem', { name: 'Ban from server' }).click()
    const form = page.getByRole('dialog', { name: 'Ban ivy from this server?' })
    await form.getByLabel('Ends').selectOption({ label: 'After a day' })
    await form.getByRole('button', { name: 'Ban from server' }).click()
    await page.getByText('ivy is banned.').waitFor()
    const { data } = await ask(`GET /admin/users/${ivy.id}`)
    const { status, banned_until, ban_reason } = data as Record<string, string | null>
    expect([status, ban_reason]).toEqual(['banned', null])
    expect(Math.abs(new Date(banned_until ?? 0).getTime() - Date.now() - 86_400_000)).toBeLessThan(60_000)
  })

  test('ends sessions, takes a second factor away, and hands out a link by which a password is set', async () => {
    await openAccount('eve')
    await part('Sessions').getByText('Signed in once at present.').waitFor()
    await part('Sessions').getByRole('button', { name: 'Sign out everywhere' }).click()
    await confirm('Sign eve out everywhere?', 'Sign out everywhere')
    await part('Sessions').getByText('Signed in 0 times at present.').waitFor()
    await part('Second factor').getByRole('button', { name: 'Take away the second factor' }).click()
    await confirm('Take away the second factor of eve?', 'Take away the second factor')
    await page.getByText('eve has no second factor now.').waitFor()

    await part('Password').getByRole('button', { name: 'Make a link' }).click()
    await confirm('Make a link to a new password for eve?', 'Make a link')
    const link = await page.getByLabel('Link to a new password', { exact: true }).inputValue()
    expect(link).toStartWith(`${app.server.url}/reset#`)
    await part('Password').getByText('Shown only now.').waitFor()
    // Somewhere else: it ends who is signed in where it is opened.
    const elsewhere = await page.context().browser()?.newContext({ locale: 'en-GB' })
    const other = await elsewhere?.newPage()
    if (other === undefined) throw new Error('no browser')
    await other.goto(link)
    await other.getByLabel('New password', { exact: true }).fill('another horse')
    await other.getByRole('button', { name: 'Set password' }).click()
    await eventually('eve has it', async () => (await app.server.ask('POST /auth/login', { username: 'eve', password: 'another horse' })).status === 200) // prettier-ignore
    await elsewhere?.close()
    // It is nowhere once one has left.
    await openAccount('eve')
    expect(await page.getByLabel('Link to a new password', { exact: true }).count()).toBe(0)
  })

  test('reads what was done on the server: by whom, what, how it ended, and from where', async () => {
    await app.server.ask('POST /auth/login', { username: 'bob', password: 'wrong' })
    await openAccount('root')
    await page.getByRole('link', { name: 'What they did' }).click()
    await page.getByText('changed the role of @bob from user to moderator').waitFor()
    await page.getByText('banned @eve until').waitFor()
    await page.getByText('made a link to a new password for @eve').waitFor()
    await soon(async () => expect(await page.getByText('from 127.0.0.1').count()).toBeGreaterThan(3))
    await page.getByRole('button', { name: 'Not only @root' }).click()
    await soon(() => expect(new URL(page.url()).pathname).toBe('/admin/trail'))
    await page.getByLabel('How it ended').selectOption({ label: 'Failed' })
    const failed = page
      .locator('.app-trail li', { hasText: 'tried to sign in' })
      .filter({ hasText: 'The password or the code was wrong.' })
    await failed.filter({ hasText: 'Account: @bob' }).waitFor()
    await soon(async () => expect(await failed.locator('.app-danger').first().textContent()).toBe('Failed'))
    await page.getByRole('button', { name: 'Anybody' }).click()
    await page.getByLabel('The beginning of a name').fill('eve')
    await page.getByRole('button', { name: 'eve @eve' }).click()
    await soon(async () =>
      expect(await page.evaluate<string>("document.activeElement.getAttribute('aria-label')")).toStartWith('Not only'),
    )
    await page.getByText('Nothing of the kind is in the trail.').waitFor()
    await page.getByLabel('How it ended').selectOption({ label: 'Any way' })
    await page.getByText('created an account').waitFor()
    await page.getByLabel('To', { exact: true }).fill('2020-01-01')
    await page.getByText('Nothing of the kind is in the trail.').waitFor()
    expect(await barriers(page, '.app-admin')).toEqual([])
  })

  test('is no moderator, who sees the trail alone, and no user, who sees nothing', async () => {
    const moderator = await app.signIn(bob)
    await moderator.goto(`${app.server.url}/admin/trail`)
    await moderator.locator('.app-trail li').first().waitFor()
    await soon(async () => expect(await moderator.locator('.app-tabs a').allTextContents()).toEqual(['Audit trail']))
    await moderator.goto(`${app.server.url}/admin/people`)
    await moderator.getByRole('heading', { name: 'This page is for those who run the server.' }).waitFor()
    const user = await app.signIn({ username: 'eve', password: 'another horse' })
    await user.goto(`${app.server.url}/admin/trail`)
    await user.getByRole('heading', { name: 'This page is for those who run the server.' }).waitFor()
    await user.getByRole('link', { name: 'To the conversations' }).click()
    await user.getByRole('button', { name: 'status and settings' }).click()
    await user.getByRole('menuitem', { name: 'Settings' }).waitFor()
    expect(await user.getByRole('menuitem', { name: 'Administration' }).count()).toBe(0)
  })

  test('does all of it in French, and on a phone', async () => {
    const phone = await app.signIn(root, { locale: 'fr-FR', viewport: { width: 390, height: 844 } })
    await phone.goto(`${app.server.url}/admin/people`)
    await phone.getByRole('link', { name: '@bob' }).click()
    await phone.getByRole('heading', { name: 'Rôle sur le serveur' }).waitFor()
    await phone.getByRole('link', { name: 'Journal d’audit' }).click()
    await phone.getByText('a banni @eve jusqu’au').waitFor()
    await soon(async () => expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390))
    await phone.getByRole('link', { name: 'Retour à la liste' }).click()
    await phone.locator('.app-list').waitFor()
  })

  test('gave the browser nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})
