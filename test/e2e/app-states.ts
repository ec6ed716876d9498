import { join } from '../web/app-visit.ts'
import { password, type Person } from './app-person.ts'

/** What one has written in the room before. */
export const said = ({ name }: { name: string }) => `Something to read of ${name}`
export const room = '/c/tea-house'
/** An account that has set up a second factor. */
export const with_factor = 'eve'

export type Ask = (line: string, body?: object, token?: string) => Promise<{ data: Record<string, unknown> }>

/** What there is to see before one is signed in: a name, where, and what one does there. */
export const strangers: [name: string, path: string, open: (one: Person) => Promise<void>][] = [
  ['signing in, with help', '/sign-in', ({ words, pressButton }) => pressButton(words.sign.forgot)],
  ['signing up', '/sign-up', async () => undefined],
  ['an invite', '/join/whatever', async () => undefined],
  [
    'a wrong password',
    '/sign-in',
    async ({ page, words, pressButton }) => {
      await page.getByLabel(words.sign.username_or_email).fill('bob')
      await page.getByLabel(words.sign.password, { exact: true }).fill('not the password')
      await pressButton(words.sign.sign_in)
      await page.getByRole('alert').waitFor()
    },
  ],
  [
    'a second factor that is asked for',
    '/sign-in',
    async ({ page, words, pressButton }) => {
      await page.getByLabel(words.sign.username_or_email).fill(with_factor)
      await page.getByLabel(words.sign.password, { exact: true }).fill(password)
      await pressButton(words.sign.sign_in)
      await page.getByLabel(words.sign.app_code).waitFor()
    },
  ],
  ['a new password', '/reset#token', ({ page, words }) => page.getByLabel(words.sign.new_password).waitFor()],
  ['a link to a new password that is over', '/reset', ({ page }) => page.getByRole('alert').waitFor()],
  [
    'a name that is taken',
    '/sign-up',
    async ({ page, words, pressButton }) => {
      await page.getByLabel(words.sign.username, { exact: true }).fill('bob')
      await page.getByLabel(words.sign.password, { exact: true }).fill('not the password')
      await pressButton(words.sign.sign_up)
      await page.getByText(words.sign.username_taken).waitFor()
    },
  ],
]

export const inRoom = (open: (one: Person, ask: Ask) => Promise<unknown>) => async (one: Person, ask: Ask) => {
  await one.message(said(one)).waitFor()
  await open(one, ask)
}

const ofList = (name: 'browse' | 'create' | 'message') => async (one: Person) => {
  await one.toList()
  await one.pressButton(one.words.frame[name], one.list)
  await one.dialog().waitFor()
}

/** What there is to see once one is: rooms, what lies beside and over them, and the settings. */
export const states: [name: string, path: string, open: (one: Person, ask: Ask) => Promise<unknown>][] = [
  ['the list', '/', (one) => one.toList()],
  ['the actions of a message', room, inRoom((one) => one.message(said(one)).focus())],
  ['the picker of reactions', room, inRoom((one) => one.act(said(one), one.words.components.addReaction))],
  [
    'a thread',
    room,
    inRoom(async (one) => {
      await one.act(said(one), one.words.components.reply)
      await one.side(one.words.components.thread).locator('.vz-composer-field').fill('A reply')
    }),
  ],
  ['a message that one edits', room, inRoom((one) => one.act(said(one), one.words.components.edit))],
  ['what one does with a message', room, inRoom((one) => one.act(said(one), one.words.components.more))],
  ['a question before a message is gone', room, inRoom((one) => one.act(said(one), one.words.components.remove))],
  [
    'completion',
    room,
    inRoom(async ({ composer, page }) => {
      await composer.pressSequentially('@b')
      await page.getByRole('option').first().waitFor()
    }),
  ],
  [
    'commands',
    room,
    inRoom(async ({ composer, page }) => {
      // The draft of before is still there.
      await composer.fill('')
      await composer.pressSequentially('/')
      await page.getByRole('option').first().waitFor()
    }),
  ],
  ['too long a text', room, inRoom(({ composer }) => composer.fill('long '.repeat(401)))],
  ['the details', room, inRoom((one) => one.beside(one.words.conversation.details))],
  [
    'the members, and what one may do with one',
    room,
    inRoom(async (one) => {
      await one.press(one.page.locator('.app-head-count'))
      await one.pressButton(one.words.conversation.profile_of('bob'))
      await one.page.getByRole('menu').waitFor()
    }),
  ],
  ['no pins', room, inRoom((one) => one.beside(one.words.conversation.pins))],
  [
    'what is found',
    room,
    inRoom(async (one) => {
      const pane = await one.beside(one.words.conversation.search)
      await pane.getByLabel(one.words.conversation.search_words).fill('read')
      await pane.locator('mark').first().waitFor()
    }),
  ],
  [
    'a direct message that is new elsewhere',
    room,
    inRoom(async (one, ask) => {
      const found = await ask(`GET /users/search?q=${one.name}`)
      const [{ id } = { id: 0 }] = found.data['users'] as { id: number }[]
      const { data } = await ask('POST /conversations', { user_id: id })
      await ask(`POST /conversations/${String(data['conversation_id'])}/messages`, { content: 'Between us' })
      await one.toList()
      await one.line('bob').getByText(one.words.components.unreadCount(1)).waitFor()
    }),
  ],
  [
    'threads that wait for one',
    room,
    inRoom(async (one, ask) => {
      const { data } = await ask('GET /rooms/tea-house/messages')
      const messages = data['messages'] as { id: number; content: string }[]
      const own = messages.find(({ content }) => content === said(one))
      await ask('POST /rooms/tea-house/messages', { content: 'An answer', parent_id: own?.id })
      await one.toList()
      await one.press(one.list.locator('.app-threads-line'))
      await one.dialog().locator('.app-thread').first().waitFor()
    }),
  ],
  [
    'a report of a message',
    room,
    inRoom(async (one) => {
      await one.act(`Good morning @${one.name}`, one.words.components.more)
      await one.pressButton(one.words.conversation.report, one.dialog())
      await one.dialog(one.words.conversation.report_title).waitFor()
    }),
  ],
  [
    'a room that one is not in',
    '/',
    async ({ page }) => {
      await page.goto(new URL('/c/library', page.url()).href)
      await page.locator('.app-preview').waitFor()
    },
  ],
  [
    'a room that is deleted in front of one',
    '/',
    async ({ name, page, words }, ask) => {
      const { data } = await ask('POST /rooms', { name: 'Attic', slug: `attic-of-${name}`, is_public: true })
      await page.goto(new URL(`/c/attic-of-${name}`, page.url()).href)
      await join(page)
      await ask(`DELETE /rooms/${String(data['id'])}`)
      await page.getByText(words.frame.deleted('Attic', 'bob')).waitFor()
    },
  ],
  [
    'an invite that one may accept',
    '/',
    async ({ page, words, heading }, ask) => {
      const { data } = await ask('POST /rooms', { name: 'Cellar', is_public: false })
      const invite = await ask(`POST /rooms/${String(data['id'])}/invites`, {})
      await page.goto(new URL(`/join/${String(invite.data['code'])}`, page.url()).href)
      await heading(words.rooms.invites_you('bob', 'Cellar')).waitFor()
    },
  ],
  ['a room that is not there', '/c/nowhere', (one) => one.heading(one.words.conversation.not_there).waitFor()],
  ['an invite that is over', '/join/whatever', (one) => one.page.getByText(one.words.rooms.no_invite).waitFor()],
  ['browsing', '/', ofList('browse')],
  ['making a room', '/', ofList('create')],
  ['writing to somebody', '/', ofList('message')],
  [
    'the own menu',
    '/',
    async (one) => {
      await one.toList()
      await one.press(one.list.locator('.app-own .app-menu-button'))
      await one.page.getByRole('menu').waitFor()
    },
  ],
  [
    'the palette',
    '/',
    async (one) => {
      await one.toList()
      await one.press(one.list.locator('.app-find'))
      await one.page.getByRole('option').first().waitFor()
    },
  ],
  ['the shortcuts', '/settings/language', async (one) => { await one.page.keyboard.press('?'); await one.dialog().waitFor() }], // prettier-ignore
  ...(['profile', 'security', 'api-keys', 'appearance', 'language', 'notifications', 'blocked', 'data'] as const).map(
    (part): [string, string, (one: Person) => Promise<void>] => [
      `the settings: ${part}`,
      `/settings/${part}`,
      (one) => one.heading(one.words.settings.parts[part]).waitFor(),
    ],
  ),
  [
    'a second factor that one sets up',
    '/settings/security',
    async (one) => {
      const { factor } = one.words.settings
      await one.pressButton(factor.begin)
      await one.page.getByLabel(factor.password, { exact: true }).fill('correct horse battery')
      await one.pressButton(factor.next)
      await one.page.getByRole('img', { name: factor.qr }).waitFor()
    },
  ],
  [
    'colours of one’s own',
    '/settings/appearance',
    (one) => one.page.getByLabel(one.words.settings.appearance.themes.custom).check(),
  ],
  [
    'a question before the account is gone',
    '/settings/data',
    async (one) => {
      await one.pressButton(one.words.settings.data.delete)
      await one.dialog().waitFor()
    },
  ],
]
