import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Secret, TOTP } from 'otpauth'

import { type App, has_browser, join, password, startApp, type Visitor } from './app-visit.ts'
import { soon } from '../services/eventually.ts'

setDefaultTimeout(120_000)

const codeOf = (secret: string, ahead_ms = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead_ms })

describe.skipIf(!has_browser)('who comes to the app', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp({ security: { require_2fa_for_admins: true } })
  })
  afterAll(() => app.close())

  const fill = async ({ page }: Visitor, name: string, word = password) => {
    await page.getByLabel('Username or e-mail address').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(word)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  test('is told in plain words what is wrong', async () => {
    await app.server.register('ada')
    const visitor = await app.visit('/sign-in')
    const { page } = visitor
    await fill(visitor, 'ada', 'wrong horse')
    await soon(async () =>
      expect(await page.getByRole('alert').textContent()).toBe('That name and that password do not belong together.'),
    )
    await page.getByRole('link', { name: 'New here?' }).click()
    await page.getByLabel('Username', { exact: true }).fill('Ada')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Somebody has this name already.').waitFor()
    await page.getByLabel('Username', { exact: true }).fill('.ada')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('A name has 2 to 32 letters').waitFor()
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByText('Un nom compte 2 à 32 lettres').waitFor()
    await soon(async () => expect(await page.locator('html').getAttribute('lang')).toBe('fr'))
    await visitor.close()
  })

  test('is where they wanted to be after signing in, and the back button stays in the app', async () => {
    const visitor = await app.visit('/c/general')
    const { page } = visitor
    await fill(visitor, 'ada')
    await page.getByRole('heading', { name: 'General' }).waitFor()
    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Settings' }).click()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'General' }).waitFor()
    await page.goForward()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    expect(visitor.complaints).toEqual([])

    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await visitor.close()
  })

  test('signs in with a code of the app, or one of the backup codes', async () => {
    const bob = await app.server.register('bob')
    const made = await app.server.ask('POST /auth/2fa/enable', { password }, bob.token)
    const { secret, backup_codes } = made.data as { secret: string; backup_codes: string[] }
    await app.server.ask('POST /auth/2fa/confirm', { totp_code: codeOf(secret) }, bob.token)

    const visitor = await app.visit('/c/general')
    const { page } = visitor
    await fill(visitor, 'bob')
    await page.getByLabel('Code from the app').fill('000000')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('This code is not right').waitFor()
    // Each is good once, so it is the next one.
    await page.getByLabel('Code from the app').fill(codeOf(secret, 30_000))
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('heading', { name: 'General' }).waitFor()
    await visitor.close()

    const again = await app.visit('/c/general')
    await fill(again, 'bob')
    await again.page.getByLabel('Code from the app').fill('000000')
    await again.page.getByRole('button', { name: 'Go on' }).click()
    await again.page.getByText('This code is not right').waitFor()
    await again.page.getByRole('button', { name: 'Use a backup code' }).click()
    // What was wrong was the other code.
    expect(await again.page.getByText('This code is not right').count()).toBe(0)
    await soon(async () =>
      expect(await again.page.getByLabel('Backup code').getAttribute('aria-invalid')).toBe('false'),
    )
    await again.page.getByLabel('Backup code').fill(backup_codes[0] ?? '')
    await again.page.getByRole('button', { name: 'Go on' }).click()
    await again.page.getByRole('heading', { name: 'General' }).waitFor()
    await again.close()
  })

  test('sets a new password by the link of an administrator, with a code where there is a second factor, and once', async () => {
    const carol = await app.server.register('carol')
    const { data } = await app.server.ask('POST /auth/2fa/enable', { password }, carol.token)
    const { secret } = data as { secret: string }
    await app.server.ask('POST /auth/2fa/confirm', { totp_code: codeOf(secret) }, carol.token)
    const boss = await app.server.register('boss')
    await app.server.sql`update users set role = 'admin' where id = ${boss.id}`
    const factor = await app.server.ask('POST /auth/2fa/enable', { password }, boss.token)
    await app.server.ask('POST /auth/2fa/confirm', { totp_code: codeOf((factor.data as { secret: string }).secret) }, boss.token) // prettier-ignore
    const { reset_token } = (await app.server.ask(`POST /admin/users/${carol.id}/password-reset`, undefined, boss.token)).data as { reset_token: string } // prettier-ignore

    const { page, close } = await app.visit(`/reset#${reset_token}`)
    await page.getByLabel('New password', { exact: true }).fill('battery staple')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByLabel('Code from the app').fill('000000')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('alert').getByText('This code is not right').waitFor()
    await page.getByLabel('Code from the app').fill(codeOf(secret, 30_000))
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('Your password is set. Sign in with it.').waitFor()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await soon(() => expect(page.url()).toBe(`${app.server.url}/sign-in`))
    const given = { username: 'carol', password: 'battery staple' }
    expect((await app.server.ask('POST /auth/login', given)).error.code).toBe('TWO_FACTOR_REQUIRED')

    await page.goto(`${app.server.url}/reset#${reset_token}`)
    await page.getByLabel('New password', { exact: true }).fill('battery staple horse')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('This link does not work any more.').waitFor()
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByText('Ce lien n’est plus valable.').waitFor()
    await page.getByRole('link', { name: 'Se connecter', exact: true }).click()
    await page.getByRole('heading', { name: 'Se connecter' }).waitFor()
    await close()
  })

  test('with a link that is none is told so, and may try another one in the same tab', async () => {
    const { page, close } = await app.visit('/reset')
    await page.getByRole('alert').getByText('This link does not work any more.').waitFor()
    await page.goto(`${app.server.url}/reset#another`)
    await page.getByLabel('New password', { exact: true }).fill('battery staple')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('alert').getByText('This link does not work any more.').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await close()

    const inside = await app.signUp('dora')
    await inside.page.goto(`${app.server.url}/reset#another`)
    await inside.page.getByRole('link', { name: 'Back to the chat' }).click()
    await inside.page.locator('.app-frame').waitFor()
    await inside.close()
  })

  test('is led to set up a second factor where administrators need one', async () => {
    const root = await app.server.register('root')
    await app.server.sql`update users set role = 'admin' where id = ${root.id}`
    const visitor = await app.visit('/c/general')
    const { page } = visitor
    await fill(visitor, 'root')
    await page.getByText('Administrators of this server need a second factor.').waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toBe('/settings/security'))
    const answer = await app.server.ask('POST /auth/2fa/enable', { password }, root.token)
    const { secret } = answer.data as { secret: string }
    await app.server.ask('POST /auth/2fa/confirm', { totp_code: codeOf(secret) }, root.token)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Administrators of this server need a second factor.').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Find' }).waitFor()
    await page.goto(`${app.server.url}/c/general`)
    await page.getByRole('heading', { name: 'General' }).waitFor()
    await join(page)
    await page.locator('.vz-conversation .vz-composer-field:enabled').waitFor()
    await visitor.close()
  })
})
