import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account, TestServer } from '../services/server.ts'
import { has_browser } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(60_000)

describe.skipIf(!has_browser)('the settings', () => {
  let server: TestServer
  let app: SignedInApp
  let count = 0

  beforeAll(async () => {
    app = await startSignedInApp()
    server = app.server
  })
  afterAll(() => app.close())

  const newcomer = (): Promise<Account> => server.register(`ada-${++count}`)
  async function at(part: string, account: Account): Promise<Page> {
    const page = await app.signIn(account)
    await page.goto(`${server.url}/settings/${part}`)
    await page.locator('.vs h1').waitFor()
    return page
  }
  const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  const of = async <T>(account: Pick<Account, 'token'>, line: string): Promise<T> =>
    (await server.ask(line, undefined, account.token)).data

  test('a display name is changed, and taken away by emptying it', async () => {
    const ada = await newcomer()
    const page = await at('profile', ada)
    const name = section(page, 'Name')
    await name.getByLabel('Display name').fill('Ada Lovelace')
    await name.getByRole('button', { name: 'Save' }).click()
    await name.getByText('Saved.').waitFor()
    expect(await of<object>(ada, 'GET /users/me')).toMatchObject({ display_name: 'Ada Lovelace' })
    await name.getByLabel('Display name').fill('  ')
    await name.getByLabel('Display name').press('Enter')
    await eventually('the name is gone', async () => {
      const { display_name } = await of<{ display_name: string | null }>(ada, 'GET /users/me')
      return display_name === null
    })
  })

  test('an e-mail address asks for the password, says when it is wrong, and tells nothing of who has it as well', async () => {
    const [bob, ada] = [await newcomer(), await newcomer()]
    const shared = `${bob.username}@example.com`
    await server.ask('PUT /users/me', { email: shared, current_password: bob.password }, bob.token)
    const page = await at('profile', ada)
    const email = section(page, 'E-mail address')
    const [address, password] = [email.getByLabel('E-mail address'), email.getByLabel('Your password')]
    await address.fill(shared)
    await password.fill('not the password')
    await password.press('Enter')
    await email.getByText('This is not your password.').waitFor()
    await soon(async () => expect(await password.getAttribute('aria-invalid')).toBe('true'))
    await soon(async () =>
      expect(await password.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true),
    )
    await password.fill(ada.password)
    await password.press('Enter')
    await email.getByText('Saved.').waitFor()
    expect(await of<object>(ada, 'GET /users/me')).toMatchObject({ email: shared })
  })

  test('a status is chosen, and is there again on the next visit', async () => {
    const page = await at('profile', await newcomer())
    const status = section(page, 'Status')
    await status.getByLabel('Invisible').check()
    await status.getByLabel('Status message').fill('on the train')
    await status.getByRole('button', { name: 'Save' }).click()
    await status.getByText('Saved.').waitFor()
    await page.reload()
    await soon(async () => expect(await status.getByLabel('Status message').inputValue()).toBe('on the train'))
    await soon(async () => expect(await status.getByLabel('Invisible').isChecked()).toBe(true))
  })

  test('a new password signs in from then on, and ends the other sessions', async () => {
    const ada = await newcomer()
    const page = await at('security', ada)
    const form = section(page, 'Change password')
    await form.getByLabel('Current password').fill('not the password')
    await form.getByLabel('New password').fill('short')
    await form.getByRole('button', { name: 'Change password' }).click()
    await form.getByText('A password has 8 to 256 characters').waitFor()
    await form.getByLabel('New password').fill('battery staple horse')
    await form.getByRole('button', { name: 'Change password' }).click()
    await form.getByText('This is not your password.').waitFor()
    await form.getByLabel('Current password').fill(ada.password)
    await form.getByRole('button', { name: 'Change password' }).click()
    await form.getByText('Your password is changed.').waitFor()
    expect((await server.ask('GET /users/me', undefined, ada.token)).status).toBe(401)
    const again = await server.login(ada.username, 'battery staple horse')
    await page.reload()
    await eventually('two sessions are listed', async () => (await page.locator('.vs-row').count()) === 2)
    expect(await of<object>(again, 'GET /users/me')).toMatchObject({ username: ada.username })
  })

  test('what the server calls a device is read in French as well', async () => {
    const page = await app.signIn(await newcomer(), { locale: 'fr-FR' })
    await page.goto(`${server.url}/settings/security`)
    await page.locator('.vs-row strong', { hasText: /^Chrom.* sur Linux$/ }).waitFor()
  })

  test('one session is ended, then all others, then every one, which leads to where one signs in', async () => {
    const ada = await newcomer()
    const second = await server.login(ada.username)
    await server.login(ada.username)
    const page = await at('security', ada)
    const list = section(page, 'Where you are signed in')
    const rows = list.locator('.vs-row')
    await eventually('four sessions are listed', async () => (await rows.count()) === 4)
    await soon(async () =>
      expect(await rows.first().innerText()).toMatch(/Chrom.* on Linux\s+This device[^]*Last used this minute/),
    )
    expect(await rows.first().getByRole('button').count()).toBe(0)
    await rows.nth(1).getByRole('button').click()
    await eventually('three sessions are left', async () => (await rows.count()) === 3)
    await list.getByRole('button', { name: 'Sign out all other devices' }).click()
    await list.getByText('2 other devices are signed out.').waitFor()
    await eventually('one session is left', async () => (await rows.count()) === 1)
    for (const { token } of [ada, second])
      expect((await server.ask('GET /users/me', undefined, token)).status).toBe(401)

    const third = await server.login(ada.username)
    await list.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.waitForURL('**/sign-in')
    await page.locator('[name=password]').waitFor()
    expect((await server.ask('GET /users/me', undefined, third.token)).status).toBe(401)
  })

  test('a second factor is set up with a code of its QR code, renewed, used, and turned off', async () => {
    const ada = await newcomer()
    const page = await at('security', ada)
    const factor = section(page, 'Second factor')
    await factor.getByRole('button', { name: 'Set up a second factor' }).click()
    // What had the focus is gone each time: it goes on with what comes.
    await factor.getByLabel('Your password').and(page.locator(':focus')).waitFor()
    await factor.getByLabel('Your password').fill('not the password')
    await factor.getByRole('button', { name: 'Next' }).click()
    await factor.getByText('This is not your password.').waitFor()
    await factor.getByLabel('Your password').fill(ada.password)
    await factor.getByRole('button', { name: 'Next' }).click()
    await factor.locator('.vs-notice:focus').waitFor()
    expect(await page.getByText('This is not your password.').count()).toBe(0)
    const qr = factor.getByRole('img', { name: 'QR code for an authenticator app' })
    await soon(async () =>
      expect(await qr.evaluate((image) => 'naturalWidth' in image && Number(image.naturalWidth) > 20)).toBe(true),
    )
    const secret = await factor.getByRole('region', { name: 'Or type this into the app' }).innerText()
    const app = new TOTP({ secret })
    await factor.getByLabel('Code of the app').fill('000000')
    await factor.getByRole('button', { name: 'Turn on' }).click()
    await factor.getByText('This code is not right.').waitFor()
    await factor.getByLabel('Code of the app').fill(app.generate())
    await factor.getByRole('button', { name: 'Turn on' }).click()

    await factor.locator('.vs-notice:focus').waitFor()
    const codes = (await factor.getByRole('region', { name: 'Your backup codes' }).innerText()).split('\n')
    expect(codes).toHaveLength(10)
    const file = page.waitForEvent('download')
    await factor.getByRole('button', { name: 'Download' }).click()
    expect((await Bun.file(await (await file).path()).text()).split('\n')).toEqual(codes)
    await factor.getByRole('button', { name: 'I have kept them' }).click()
    await factor.getByText('10 backup codes left.').waitFor()
    expect(await page.getByText(codes[0] ?? '').count()).toBe(0)

    const given = { username: ada.username, password: ada.password }
    expect((await server.ask('POST /auth/login', given)).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await server.ask('POST /auth/login', { ...given, totp_code: codes[0] })).status).toBe(200)

    await factor.getByText('Make new backup codes').click()
    await factor
      .locator('details[open]')
      .getByLabel('Code of the app, or a backup code')
      .fill(codes[1] ?? '')
    await factor.getByRole('button', { name: 'Make new codes' }).click()
    const renewed = (await factor.getByRole('region', { name: 'Your backup codes' }).innerText()).split('\n')
    expect(renewed.filter((code) => codes.includes(code))).toEqual([])
    await factor.getByRole('button', { name: 'I have kept them' }).click()

    await factor.getByText('Turn off the second factor').click()
    const off = factor.locator('details[open]')
    await off.getByLabel('Your password').fill(ada.password)
    await off.getByLabel('Code of the app, or a backup code').fill(codes[2] ?? '')
    await off.getByRole('button', { name: 'Turn off' }).click()
    await factor.getByText('The password or the code is not right.').waitFor()
    await off.getByLabel('Code of the app, or a backup code').fill(renewed[0] ?? '')
    await off.getByRole('button', { name: 'Turn off' }).click()
    await factor.getByText('The second factor is off.').waitFor()
    expect((await server.ask('POST /auth/login', given)).status).toBe(200)
  })

  test('an admin who needs a second factor and has none is asked for nothing else, and then goes on', async () => {
    const strict = await startSignedInApp({ security: { require_2fa_for_admins: true } })
    try {
      const root = await strict.server.register('root')
      await strict.server.sql`update users set role = 'admin' where id = ${root.id}`
      const page = await strict.signIn(root)
      await page.waitForURL('**/settings/security')
      await page.getByText('Your role on this server needs one.').waitFor()
      await soon(async () => expect(await page.locator('.vs h2').allInnerTexts()).toEqual(['Second factor']))
      await page.getByRole('button', { name: 'Set up a second factor' }).click()
      await page.getByLabel('Your password').fill(root.password)
      await page.getByRole('button', { name: 'Next' }).click()
      const secret = await page.getByRole('region', { name: 'Or type this into the app' }).innerText()
      await page.getByLabel('Code of the app').fill(new TOTP({ secret }).generate())
      await page.locator('.vs').getByRole('button', { name: 'Turn on' }).click()
      await page.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByText('This device').waitFor()
      expect(await page.getByText('Turn off the second factor').count()).toBe(0)
    } finally {
      await strict.close()
    }
  })

  test('a key is made with what it may do, shown once, used, and revoked', async () => {
    const ada = await newcomer()
    const page = await at('api-keys', ada)
    const create = section(page, 'New key')
    await create.getByLabel('Name').fill('deploy notices')
    expect(await create.getByLabel('Stop the server').count()).toBe(0)
    await create.getByLabel('Send messages', { exact: true }).check()
    await create.getByLabel('Works until').selectOption('30')
    await create.getByLabel('Only from these addresses').fill('not an address')
    await create.getByRole('button', { name: 'Create key' }).click()
    await create.locator('.app-wrong').waitFor()
    await create.getByLabel('Only from these addresses').fill('127.0.0.0/8\n::1')
    await create.getByRole('button', { name: 'Create key' }).click()
    const key = await create.getByRole('region', { name: 'Your new key' }).innerText()
    expect(key).toStartWith('veza_ak_')
    expect((await server.ask('GET /rooms', undefined, key)).status).toBe(200)
    expect((await server.ask('POST /rooms', { name: 'x', is_public: true }, key)).error.code).toBe('PERMISSION_DENIED')
    await create.getByRole('button', { name: 'Done' }).click()

    await page.reload()
    const row = page.locator('.vs-row')
    await soon(async () =>
      expect(await row.innerText()).toMatch(
        /deploy notices[^]*Last used this minute · until [^]* · from 127\.0\.0\.0\/8/,
      ),
    )
    expect(await page.content()).not.toContain(key)
    const { api_keys } = await of<{ api_keys: { expires_at: string }[] }>(ada, 'GET /auth/api-keys')
    const days = (new Date(api_keys[0]?.expires_at ?? 0).getTime() - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(30)
    await row.getByRole('button', { name: 'Revoke deploy notices' }).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await row.getByRole('button', { name: 'Revoke deploy notices' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('“deploy notices” is revoked.').waitFor()
    await page.getByText('You have no keys.').waitFor()
    expect((await server.ask('GET /rooms', undefined, key)).status).toBe(401)
  })

  test('who is blocked is listed, and unblocked', async () => {
    const [ada, bob] = [await newcomer(), await newcomer()]
    await server.ask(`POST /users/${bob.id}/block`, undefined, ada.token)
    const page = await at('blocked', ada)
    await page.getByRole('button', { name: `Unblock ${bob.username}` }).click()
    await page.getByText(`${bob.username} is no longer blocked.`).waitFor()
    await page.getByText('You have blocked nobody.').waitFor()
    expect(await of<object>(ada, 'GET /users/me/blocks')).toMatchObject({ blocks: [] })
  })

  test('an export is a file with everything', async () => {
    const ada = await newcomer()
    await server.room(ada, { name: 'Tea house' })
    const page = await at('data', ada)
    const file = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export my data' }).click()
    await page.getByText('Your data is in your downloads.').waitFor()
    const download = await file
    expect(download.suggestedFilename()).toMatch(/^veza-chat-\d{4}-\d\d-\d\d\.json$/)
    const all: unknown = await Bun.file(await download.path()).json()
    expect(all).toMatchObject({ profile: { username: ada.username }, memberships: [{ role: 'owner' }] })
  })

  test('an account is deleted by its name and password alone, and not while rooms need it', async () => {
    const [ada, bob] = [await newcomer(), await newcomer()]
    const room = await server.room(ada, { name: 'Tea house' })
    await server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    const page = await at('data', ada)
    await page.getByRole('button', { name: 'Delete my account' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Your username').fill('somebody')
    await dialog.getByLabel('Your password').fill('not the password')
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await dialog.getByText('This is not your username.').waitFor()
    await dialog.getByLabel('Your username').fill(ada.username)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await dialog.getByText('This is not your password.').waitFor()
    await dialog.getByLabel('Your password').fill(ada.password)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await dialog.getByText('You are the only owner of Tea house.').waitFor()
    await server.ask(`DELETE /rooms/${room}`, undefined, ada.token)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await page.waitForURL('**/sign-in')
    expect((await server.ask('POST /auth/login', { username: ada.username, password: ada.password })).status).toBe(401)
  })

  test('the browser has nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})
