import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Locator, Page } from 'playwright-core'

import { createDrafts, type KeyedStorage } from '../../../sdks/react/src/composer/drafts.ts'
import { findBrowser, openBrowser } from '../../services/browser.ts'
import { eventually, soon } from '../../services/eventually.ts'
import { frameworks, open, seriousFindings, serve, type Opened, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The composer is not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(frameworks)('the composer, by %s', (_, framework) => {
  let browser: Browser
  let served: Served
  let opened: Opened
  let page: Page
  let field: Locator

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    served = await serve({ entry: 'pages/composer.tsx', ...framework })
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })
  beforeEach(async () => {
    await opened?.page.close()
    opened = await open(browser, served.url)
    page = opened.page
    field = page.locator('textarea')
    await field.focus()
  })

  const calls = async () => (await page.evaluate<string[]>('controls.calls')).filter((call) => !call.endsWith('typing'))
  const height = async () => (await field.boundingBox())?.height ?? 0

  test('sends by Enter without blanks around, breaks by Shift+Enter, and sends nothing that is blank', async () => {
    await page.keyboard.press('Enter')
    await field.fill('   ')
    await page.keyboard.press('Enter')
    expect(await calls()).toEqual([])
    await field.fill('')
    await page.keyboard.type(' one')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two ')
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toEqual(['send one\ntwo']))
    expect(await field.inputValue()).toBe('')
  })

  test('does the other way round where one wants it so', async () => {
    await page.evaluate('controls.enterSends(false)')
    await page.keyboard.type('one')
    await page.keyboard.press('Enter')
    await page.keyboard.type('two')
    expect(await calls()).toEqual([])
    await page.keyboard.press('Control+Enter')
    await soon(async () => expect(await calls()).toEqual(['send one\ntwo']))
  })

  test('is one line high before one writes, whatever the room is called, and as high as the reason why one cannot', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    const one = await height()
    await page.evaluate("controls.to('#where the tea is kept and all that belongs to it, such as cups and saucers')")
    await eventually('its name', async () => (await field.getAttribute('placeholder'))?.includes('saucers'))
    await soon(async () => expect(await height()).toBe(one))
    await page.keyboard.type('a')
    await soon(async () => expect(await height()).toBe(one))
    await field.fill('')
    await soon(async () => expect(await height()).toBe(one))
    await page.evaluate("controls.close('You are muted until the fifth of March at a quarter to nine in the evening.')")
    await eventually('all of it', async () => (await height()) === one + 44)
  })

  test('grows with its lines, up to ten, and shrinks again', async () => {
    const one = await height()
    await field.fill('1\n2\n3')
    await soon(async () => expect(await height()).toBe(one + 44))
    await field.fill(Array.from({ length: 30 }, (_, at) => at).join('\n'))
    await soon(async () => expect(await height()).toBe(one + 9 * 22))
    await field.fill('')
    await soon(async () => expect(await height()).toBe(one))
  })

  test('completes people, rooms, commands and emoji by the keyboard', async () => {
    const options = page.locator('[role=option]')
    await page.keyboard.type('hi @')
    await options.first().waitFor()
    await soon(async () => expect(await options.allInnerTexts()).toEqual(['@ada\nAda Lovelace', '@bob']))
    await soon(async () =>
      expect(await field.getAttribute('aria-activedescendant')).toBe(await options.first().getAttribute('id')),
    )
    await page.keyboard.press('ArrowDown')
    await soon(async () => expect(await page.locator('[aria-selected=true]').innerText()).toBe('@bob'))
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await soon(async () => expect(await page.locator('[aria-selected=true]').innerText()).toBe('@bob'))
    await page.keyboard.type('lov')
    await options.first().waitFor({ state: 'detached' })
    for (let letter = 0; letter < 3; letter++) await page.keyboard.press('Backspace')
    await page.keyboard.type('a')
    await page.locator('[role=option]:has-text("@ada")').waitFor()
    await page.keyboard.press('Tab')
    await soon(async () => expect(await field.inputValue()).toBe('hi @ada '))
    await page.keyboard.type(':tad')
    await options.first().waitFor()
    await page.keyboard.press('Enter')
    await soon(async () => expect(await field.inputValue()).toBe('hi @ada 🎉 '))
    await page.keyboard.type(':ta')
    await soon(async () => expect(await options.first().innerText()).toContain('🌮'))
    // The next letter and Enter come before anything is painted.
    await field.evaluate(async (node) => {
      const { HTMLTextAreaElement, InputEvent, KeyboardEvent } = node.ownerDocument.defaultView
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(node, `${node.value}d`)
      node.dispatchEvent(new InputEvent('input', { bubbles: true, data: 'd' }))
      await new Promise((done) => setTimeout(done, 0))
      node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
    })
    await soon(async () => expect(await field.inputValue()).toBe('hi @ada 🎉 🎉 '))
    await field.fill('hi @ada 🎉 ')
    await page.keyboard.type('#gen')
    await options.first().waitFor()
    await page.keyboard.press('Escape')
    await options.first().waitFor({ state: 'detached' })
    await soon(async () => expect(await field.inputValue()).toBe('hi @ada 🎉 #gen'))
    await page.keyboard.type(' /')
    expect(await options.count()).toBe(0)
    await field.fill('')
    await page.keyboard.type('/')
    await options.first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await options.first().click()
    await soon(async () => expect(await field.inputValue()).toBe('/topic '))
    expect(await calls()).toEqual([])
  })

  test('offers to call everybody, last, to whoever may', async () => {
    const options = page.locator('[role=option]')
    await page.evaluate('controls.mayCall = true')
    await page.keyboard.type('@')
    await options.first().waitFor()
    await soon(async () => expect(await options.allInnerTexts()).toEqual(['@ada\nAda Lovelace', '@bob', '@here\nEverybody online', '@room\nEverybody in the room'])) // prettier-ignore
    await page.keyboard.type('ro')
    await options.nth(1).waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await soon(async () => expect(await field.inputValue()).toBe('@room '))
  })

  test('does what a command says in place of sending it, and sends what is none, if need be when told again', async () => {
    const options = page.locator('[role=option]')
    await page.keyboard.type('/l')
    await options.first().waitFor()
    await soon(async () => expect(await options.allInnerTexts()).toEqual(['/leave\nLeaves the room']))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await field.inputValue()).toBe('')
    for (const text of [
      '/Topic Green and black',
      '//topic is a command',
      '/etc/hosts is a file',
      ' /leave',
      'to /leave',
    ]) {
      await field.fill(text)
      await options.first().waitFor({ state: 'detached' })
      await page.keyboard.press('Enter')
    }
    await soon(async () =>
      expect(await calls()).toEqual([
        'leave',
        'topic Green and black',
        'send /topic is a command',
        'send /etc/hosts is a file',
        'send /leave',
        'send to /leave',
      ]),
    )
    await field.fill('/topics of today')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'There is no command /topics here.' }).waitFor()
    await soon(async () => expect((await calls()).at(-1)).toBe('send to /leave'))
    await page.keyboard.press('Enter')
    await soon(async () => expect((await calls()).at(-1)).toBe('send /topics of today'))
    await page.evaluate("controls.edit({ message_id: 7, content: '/leave' })")
    await eventually('it is edited', async () => (await field.inputValue()) === '/leave')
    await page.keyboard.press('Enter')
    await soon(async () => expect((await calls()).at(-1)).toBe('edit 7 /leave'))
  })

  test('sends what is written out in full, though it could complete it', async () => {
    await page.keyboard.type('thanks @bob')
    await page.locator('[role=option]').first().waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toEqual(['send thanks @bob']))
  })

  test('leaves Enter and the arrows to an input method', async () => {
    await page.keyboard.type('konnichi')
    await field.dispatchEvent('compositionstart')
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
    await field.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
    expect(await calls()).toEqual([])
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toEqual(['send konnichi']))
  })

  test('counts from 90 % of the limit on, in code points, and keeps back what is too long', async () => {
    const counter = page.locator('.vz-counter')
    await field.fill('🎉'.repeat(89))
    expect(await counter.count()).toBe(0)
    await field.fill('🎉'.repeat(90))
    await soon(async () => expect(await counter.innerText()).toBe('10 characters left'))
    await field.fill('a'.repeat(101))
    await soon(async () => expect(await counter.innerText()).toBe('1 character too many'))
    await page.keyboard.press('Enter')
    await soon(async () => expect([await calls(), await field.getAttribute('aria-invalid')]).toEqual([[], 'true']))
    await field.fill('🎉'.repeat(100))
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toEqual([`send ${'🎉'.repeat(100)}`]))
  })

  test('takes a long text as one, without holding the page up', async () => {
    const took = await page.evaluate<number>(`new Promise((done) => {
      const field = document.querySelector('textarea'), begun = performance.now()
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, 'a line of a text\\n'.repeat(5000))
      field.dispatchEvent(new Event('input', { bubbles: true }))
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)))
    })`)
    await soon(async () => expect(await page.locator('.vz-counter').innerText()).toBe('84900 characters too many'))
    expect(took).toBeLessThan(1000)
  })

  test('keeps a draft for each conversation, over a reload, until it is sent', async () => {
    await page.keyboard.type('half a thought')
    await page.evaluate("controls.go('room 2')")
    await eventually('the other field is empty', async () => (await field.inputValue()) === '')
    await field.fill('another')
    await page.evaluate("controls.go('room 1')")
    await eventually('the draft is back', async () => (await field.inputValue()) === 'half a thought')
    await page.reload()
    await soon(async () => expect(await field.inputValue()).toBe('half a thought'))
    await field.focus()
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toEqual(['send half a thought']))
    await page.reload()
    expect(await field.inputValue()).toBe('')
    await soon(async () =>
      expect(await page.evaluate<string>("localStorage.getItem('test-drafts')")).toBe('[["room 2","another"]]'),
    )
  })

  test('writes a draft down when one pauses or leaves, not at each key', async () => {
    await page.evaluate(`(() => {
      globalThis.writes = 0
      const own = Storage.prototype.setItem
      Storage.prototype.setItem = function (...given) { writes++; own.apply(this, given) }
    })()`)
    // All keys in one turn of the page, so that no pause is between them.
    await page.evaluate(`(async () => {
      const field = document.querySelector('textarea'), set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set
      for (const letter of 'a thought of thirty letters, no') {
        set.call(field, field.value + letter)
        field.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((done) => requestAnimationFrame(done))
      }
    })()`)
    await eventually('it is kept', () => page.evaluate<boolean>("localStorage.getItem('test-drafts')?.includes('letters, no') === true")) // prettier-ignore
    expect(await page.evaluate<number>('writes')).toBeLessThan(5)
  })

  test('edits the last message by Up in an empty field, and brings the draft back after', async () => {
    await page.keyboard.press('ArrowUp')
    await page.locator('.vz-editing').waitFor()
    await soon(async () => expect(await field.inputValue()).toBe('The last'))
    await page.keyboard.type(' word')
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toEqual(['edit 7 The last word']))
    expect(await field.inputValue()).toBe('')
    await page.keyboard.type('a draft')
    await page.keyboard.press('ArrowUp')
    expect(await page.locator('.vz-editing').count()).toBe(0)
    await page.evaluate("controls.edit({ message_id: 8, content: 'Old' })")
    await eventually('the message is there', async () => (await field.inputValue()) === 'Old')
    await page.keyboard.press('Escape')
    await soon(async () => expect(await field.inputValue()).toBe('a draft'))
    await soon(async () => expect(await calls()).toEqual(['edit 7 The last word']))
  })

  test('tells that one types, and that one does not any more', async () => {
    await page.keyboard.type('hi')
    await page.keyboard.press('Enter')
    await soon(async () =>
      expect(await page.evaluate<string[]>('controls.calls')).toEqual([
        'typing',
        'typing',
        'not typing',
        'send hi',
        'not typing',
      ]),
    )
  })

  test('the browser has nothing to complain of', () => {
    expect(opened.complaints).toEqual([])
  })
})

describe('drafts', () => {
  const memory = (): KeyedStorage & { values: Map<string, string> } => {
    const values = new Map<string, string>()
    return {
      values,
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => values.set(key, value),
      removeItem: (key) => values.delete(key),
    }
  }

  test('are kept of the fifty conversations one wrote in last, each to ten thousand characters', () => {
    const storage = memory()
    const drafts = createDrafts('d', storage)
    for (let room = 1; room <= 60; room++) drafts.set(`room ${room}`, 'x'.repeat(20_000))
    expect([drafts.get('room 10'), drafts.get('room 11').length, drafts.get('room 60').length]).toEqual([
      '',
      10_000,
      10_000,
    ])
    expect((storage.values.get('d') ?? '').length).toBeLessThan(520_000)
  })

  test('of two tabs do not take each other away', () => {
    const storage = memory()
    const [one, other] = [createDrafts('d', storage), createDrafts('d', storage)]
    one.set('room 1', 'a')
    other.set('room 2', 'b')
    expect([createDrafts('d', storage).get('room 1'), createDrafts('d', storage).get('room 2')]).toEqual(['a', 'b'])
  })

  test.each(['not json', '{"a": 1}', '[1, ["a"], ["b", 2]]', 'null'])(
    'are none where the storage holds %s',
    (stored) => {
      const storage = memory()
      storage.values.set('d', stored)
      expect(createDrafts('d', storage).get('b')).toBe('')
    },
  )

  test('live as long as the page where nothing can be stored', () => {
    const full: KeyedStorage = {
      getItem: () => null,
      setItem: () => {
        throw new Error('QuotaExceededError')
      },
      removeItem: () => undefined,
    }
    const drafts = createDrafts('d', full)
    drafts.set('room 1', 'a')
    drafts.set('room 2', 'b')
    expect([drafts.get('room 1'), drafts.get('room 2')]).toEqual(['a', 'b'])
  })
})
