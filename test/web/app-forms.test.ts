import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import { act, type App, has_browser, message, password, startApp } from './app-visit.ts'

setDefaultTimeout(120_000)

const focused = (page: Page) => page.evaluate<string>("document.activeElement.name || document.activeElement.textContent") // prettier-ignore

describe.skipIf(!has_browser)('a form of the app', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
    await app.server.register('ada')
  })
  afterAll(() => app.close())

  test('says aloud which field is wrong, and brings one there', async () => {
    const { page, close } = await app.visit('/sign-up')
    await page.getByLabel('Username', { exact: true }).fill('ada')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').getByText('Somebody has this name already.').waitFor()
    await eventually('the focus is in username', async () => (await focused(page)) === 'username')
    await close()
  })

  /** Once the focus has come to a field: whether that says that it is wrong, and what is said of it. */
  const faulted = async (page: Page, name: string) => {
    await eventually(`the focus is in ${name}`, async () => (await focused(page)) === name)
    return page.evaluate<unknown[]>(`(({ ariaInvalid, ariaDescribedByElements }) => [ariaInvalid, ariaDescribedByElements.map(({ textContent }) => textContent).join()])(document.activeElement)`) // prettier-ignore
  }

  test.each([
    ['en-GB', 'Create account', 'Fill this in.', 'A password has 8 to 256 characters', 'This is not an e-mail address.', 'A name has 2 to 32 letters'], // prettier-ignore
    ['fr-FR', 'Créer un compte', 'Remplissez ce champ.', 'Un mot de passe compte 8 à 256', 'Ce n’est pas une adresse e-mail.', 'Un nom compte 2 à 32 lettres'], // prettier-ignore
  ])('says in its own words, %s, what the browser would say in bubbles, and asks nobody', async (locale, ...words) => {
    const [button, missing, short, no_email, short_name] = words
    const { page, close } = await app.visit('/sign-up', { locale })
    const asked: string[] = []
    page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()))
    const [name, secret, email] = ['username', 'password', 'email'].map((name) => page.locator(`[name=${name}]`)) as [Locator, Locator, Locator] // prettier-ignore
    const submit = () => page.getByRole('button', { name: button }).click()
    const alerts = page.locator('.app-wrong')

    await submit()
    await eventually('both are missing', async () => (await alerts.count()) === 2)
    await soon(async () => expect(await faulted(page, 'username')).toEqual(['true', missing]))
    await name.fill('x')
    await secret.fill('short')
    await email.fill('nobody')
    await submit()
    await eventually('all are wrong', async () => (await alerts.count()) === 3)
    await soon(async () =>
      expect(await faulted(page, 'username')).toEqual(['true', expect.stringContaining(short_name)]),
    )
    await name.fill(`newcomer-${locale}`)
    await submit()
    await eventually('two are wrong', async () => (await alerts.count()) === 2)
    await soon(async () => expect(await faulted(page, 'password')).toEqual(['true', expect.stringContaining(short)]))
    await soon(async () => expect(await page.locator('[aria-invalid=true]').count()).toBe(2))
    await secret.fill(password)
    await submit()
    await eventually('one is wrong', async () => (await alerts.count()) === 1)
    await soon(async () => expect(await faulted(page, 'email')).toEqual(['true', no_email]))
    expect(asked).toEqual([])
    await email.fill('')
    await submit()
    await page.locator('.app-frame').waitFor()
    await close()
  })

  test('says so in another language as soon as that is chosen', async () => {
    const { page, close } = await app.visit('/sign-in')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Fill this in.').first().waitFor()
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByText('Remplissez ce champ.').first().waitFor()
    expect(await page.getByText('Fill this in.').count()).toBe(0)
    await close()
  })

  test('says in the settings too what is too short, no address, or not chosen', async () => {
    const { page, close } = await app.signUp('finn')
    const at = (part: string) => page.goto(`${app.server.url}/settings/${part}`)
    await at('security')
    await page.locator('[name=current_password]').fill(password)
    await page.locator('[name=new_password]').fill('short')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByRole('alert').getByText('A password has 8 to 256 characters').waitFor()
    await faulted(page, 'new_password')
    await at('profile')
    await page.locator('[name=email]').fill('nobody')
    await page.locator('[name=current_password]').fill(password)
    await page.locator('[name=current_password]').press('Enter')
    await page.getByRole('alert').getByText('This is not an e-mail address.').waitFor()
    await faulted(page, 'email')
    await at('api-keys')
    await page.locator('[name=name]').fill('deploy notices')
    await page.locator('[name=permissions]:checked').uncheck()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('alert').getByText('Choose at least one thing that the key may do.').waitFor()
    await soon(async () =>
      expect(await faulted(page, 'permissions')).toEqual(['true', 'Choose at least one thing that the key may do.']),
    )
    await close()
  })

  test('counts characters as the server does, cuts off nothing that was pasted, and says what is too long', async () => {
    const { page, close } = await app.visit('/sign-up')
    const secret = page.locator('[name=password]')
    await page.locator('[name=username]').fill('grace')
    for (const pasted of ['🍵'.repeat(7), 'x'.repeat(257)]) {
      await secret.fill('')
      await page.keyboard.insertText(pasted)
      expect(await secret.inputValue()).toBe(pasted)
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.getByRole('alert').getByText('A password has 8 to 256 characters').waitFor()
      await soon(async () => expect((await faulted(page, 'password'))[0]).toBe('true'))
    }
    await secret.fill('')
    await page.keyboard.insertText('🍵'.repeat(256))
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.locator('.app-frame').waitFor()
    await page.goto(`${app.server.url}/settings/profile`)
    const name = page.locator('[name=display_name]')
    await name.fill('')
    await page.keyboard.insertText('🍵'.repeat(65))
    await name.press('Enter')
    await soon(async () => expect(await faulted(page, 'display_name')).toEqual(['true', 'At most 64 characters.']))
    await name.press('Backspace')
    await name.press('Enter')
    await page.getByRole('status').getByText('Saved').waitFor()
    await page.reload()
    expect(await name.inputValue()).toBe('🍵'.repeat(64))
    await page.keyboard.press('Control+k')
    await page.keyboard.insertText('🍵🍵')
    await page.getByRole('option', { name: '@grace' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New message' }).click()
    const dialog = page.getByRole('dialog', { name: 'New message' })
    const asked: (string | null)[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).searchParams.get('q')))
    await dialog.getByRole('searchbox').fill('🍵')
    await dialog.getByRole('searchbox').fill('ad')
    await dialog.getByText('@ada').waitFor()
    await dialog.getByRole('searchbox').fill('🍵')
    await dialog.getByText('@ada').waitFor({ state: 'detached' })
    // Whatever else is refused reads as the server says it.
    await dialog.getByRole('searchbox').fill('x'.repeat(65))
    await dialog.getByText('q: must have 2 to 64 characters').waitFor()
    expect(asked.filter((text) => text !== null)).toEqual(['ad', 'x'.repeat(65)])
    await close()
  })

  test('leaves the focus with the button one pressed while it is busy', async () => {
    const { page, close } = await app.visit('/sign-in')
    await page.locator('[name=username]').fill('ada')
    await page.locator('[name=password]').fill('wrong horse')
    let answer: (() => Promise<void>) | null = null
    await page.route('**/auth/login', (route) => {
      answer = () => route.continue()
    })
    await page.getByRole('button', { name: 'Sign in' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'One moment' }).waitFor()
    await soon(async () => expect(await focused(page)).toBe('One moment'))
    await (answer as (() => Promise<void>) | null)?.()
    await page.getByRole('alert').waitFor()
    await soon(async () => expect(await focused(page)).toBe('Sign in'))
    await close()
  })
})

describe.skipIf(!has_browser)('the owner of a room', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('makes another member one, and is not offered to remove who is no member', async () => {
    const { page, close } = await app.signUp('ada')
    const [ada, bob, eve] = [await app.server.login('ada'), await app.server.register('bob'), await app.server.register('eve')] // prettier-ignore
    const room = await app.server.room(ada, { name: 'Tea house', slug: 'tea-house' })
    for (const { token } of [bob, eve]) await app.server.ask(`POST /rooms/${room}/join`, undefined, token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'I was here' }, eve.token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'And I am' }, bob.token)
    await app.server.ask(`POST /rooms/${room}/leave`, undefined, eve.token)
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'I was here').waitFor()
    const more = page.getByRole('dialog')
    await act(page, 'And I am', 'More')
    await more.getByRole('button', { name: 'Remove from room' }).waitFor()
    await page.keyboard.press('Escape')
    await act(page, 'I was here', 'More')
    await more.getByRole('button', { name: 'Copy text' }).waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    expect(await more.getByRole('button', { name: 'Remove from room' }).count()).toBe(0)
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: '2 members' }).click()
    const members = page.getByRole('complementary', { name: 'Members' })
    await members.getByRole('listitem').filter({ hasText: 'bob' }).getByRole('button').click()
    await page.getByRole('menuitem', { name: /owner/ }).click()
    await page.getByRole('dialog', { name: 'Make bob an owner?' }).getByRole('button', { name: /owner/ }).click()
    await members.getByRole('region', { name: 'Owners' }).getByText('bob').waitFor()
    expect((await app.server.ask('DELETE /users/me', { password }, ada.token)).status).toBeLessThan(300)
    await close()
  })
})
