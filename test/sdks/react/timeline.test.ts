import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { eventually, soon } from '../../services/eventually.ts'
import { frameworks, open, seriousFindings, serve, type Opened, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The timeline is not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(frameworks)('the timeline, by %s', (_, framework) => {
  let browser: Browser
  let served: Served
  let opened: Opened

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    served = await serve({ entry: 'pages/timeline.tsx', ...framework })
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })
  beforeEach(async () => {
    await opened?.page.close()
    opened = await open(browser, served.url)
    await opened.page.locator('.vz-message').last().waitFor()
  })

  const run = <T>(code: string) => opened.page.evaluate<T>(code)
  /** Two frames: what was asked for is drawn. */
  const drawn = () => run('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const until = (code: string) => eventually(code, () => run<boolean>(code))
  const scroller = `document.querySelector('.vz-scroller')`
  const scrollTo = async (top: string) => {
    await run(`${scroller}.scrollTop = ${top}`)
    await drawn()
  }
  /** Where each visible message is on screen, by its number. */
  const places = () =>
    run<
      Record<string, number>
    >(`Object.fromEntries([...document.querySelectorAll('.vz-row')].map((row) => [row.dataset.key, row.getBoundingClientRect().top])
      .filter(([, top]) => top > ${scroller}.getBoundingClientRect().top && top < ${scroller}.getBoundingClientRect().bottom))`)
  const fromEnd = () => run<number>(`Math.round(${scroller}.scrollHeight - ${scroller}.clientHeight - ${scroller}.scrollTop)`) // prettier-ignore
  /** The rows that are on screen before and after, and how far they went. */
  const moved = (before: Record<string, number>, after: Record<string, number>) => {
    const both = Object.keys(before).filter((key) => key in after)
    expect(both.length).toBeGreaterThan(2)
    return Math.max(...both.map((key) => Math.abs((before[key] ?? 0) - (after[key] ?? 0))))
  }

  test.each([
    ['en-US', /^1?\d:\d\d$/, /^1?\d:\d\d [AP]M$/],
    ['en-GB', /^\d\d:\d\d$/, /^\d\d:\d\d$/],
  ])('the time beside a message is not over its text, in %s', async (locale, short, long) => {
    const context = await browser.newContext({ locale, viewport: { width: 900, height: 700 } })
    const page = await context.newPage()
    await page.goto(served.url)
    const line = page.locator('.vz-grouped').last()
    await line.hover()
    const time = line.locator('.vz-time-quiet')
    await soon(async () => expect((await time.innerText()).replaceAll(/\s/g, ' ')).toMatch(short))
    await soon(async () =>
      expect((await page.locator('.vz-message-head .vz-time').last().innerText()).replaceAll(/\s/g, ' ')).toMatch(long),
    )
    const [text, row] = [await line.locator('.vz-message-body').boundingBox(), await line.boundingBox()]
    // The text itself, which may be wider than its element.
    const drawn = await page.evaluate<{ left: number; right: number }>(`(() => {
      const time = [...document.querySelectorAll('.vz-grouped')].at(-1).querySelector('.vz-time-quiet')
      // As in Canada, in French: the longest.
      time.textContent = '23 h 59'
      const range = document.createRange()
      range.selectNodeContents(time)
      const { left, right } = range.getBoundingClientRect()
      return { left, right }
    })()`)
    expect(drawn.right).toBeLessThanOrEqual(text?.x ?? 0)
    expect(drawn.left).toBeGreaterThanOrEqual((row?.x ?? 0) - 16)
    await context.close()
  })

  test('begins at the newest message and has seen it', async () => {
    expect(await fromEnd()).toBe(0)
    expect(Object.keys(await places())).toContain('10300')
    expect(await run<string[]>('controls.calls')).toContain('seen 10300')
  })

  test('stays at the end when messages come, and when what is there grows', async () => {
    await run('controls.newer(5)')
    await drawn()
    expect([await fromEnd(), Object.keys(await places()).at(-1)]).toEqual([0, '10305'])
    await run('controls.extraHeight(10304, 200)')
    await drawn()
    expect([await fromEnd(), Object.keys(await places()).at(-1)]).toEqual([0, '10305'])
  })

  test('moves nothing that one reads when messages come, also where earlier ones are put before', async () => {
    await scrollTo('5000')
    const before = await places()
    await run('controls.newer(20)')
    await drawn()
    expect(moved(before, await places())).toBeLessThan(1)
    await run('controls.older(100)')
    await drawn()
    expect(moved(before, await places())).toBeLessThan(1)
    expect(await fromEnd()).toBeGreaterThan(1000)
  })

  test('moves nothing that one reads when something above grows: a picture, reactions', async () => {
    await scrollTo('5000')
    const before = await places()
    const first = Number(Object.keys(before)[0])
    for (const number of [first - 1, first - 2, first - 5]) await run(`controls.extraHeight(${number}, 180)`)
    await drawn()
    expect(moved(before, await places())).toBeLessThan(1)
    await run(
      `controls.change(${first - 3}, { reactions: [{ emoji: '👍', count: 2, users: [{ user_id: 1, username: 'ada' }] }] })`,
    )
    await drawn()
    expect(moved(before, await places())).toBeLessThan(1)
    await run(`controls.change(${first - 1}, { content: '' })`)
    await drawn()
    expect(moved(before, await places())).toBeLessThan(1)
  })

  test('asks for older messages near the beginning, and keeps one there when they come', async () => {
    expect(await run<string[]>('controls.calls')).not.toContain('older')
    await scrollTo('100')
    expect(await run<string[]>('controls.calls')).toContain('older')
    const before = await places()
    await run('controls.older(50)')
    await drawn()
    expect(moved(before, await places())).toBeLessThan(1)
  })

  test('has few elements for 100,000 messages, wherever one is, and leaves no hole on screen', async () => {
    await run('controls.set(controls.range(1, 100000))')
    await drawn()
    const height = await run<number>(`${scroller}.scrollHeight`)
    expect(height).toBeGreaterThan(3_000_000)
    let most = 0
    for (const share of [1, 0.75, 0.5, 0.25, 0.1, 0.9]) {
      await scrollTo(String(height * share))
      most = Math.max(most, await run<number>(`document.querySelectorAll('*').length`))
      const covered = await run<boolean>(`(() => {
        const list = document.querySelector('[role=feed]').getBoundingClientRect(), outer = ${scroller}.getBoundingClientRect()
        return list.top <= outer.top + 1 && list.bottom >= outer.bottom - 1 })()`)
      expect(covered).toBe(true)
    }
    expect(most).toBeLessThan(1500)
    await scrollTo('0')
    expect(Object.keys(await places())).toContain('1')
    await run(`${scroller}.scrollTop = ${scroller}.scrollHeight`)
    await drawn()
    expect([await fromEnd(), Object.keys(await places()).at(-1)]).toEqual([0, '100000'])
  })

  test('scrolls through 100,000 messages without a jump: each step moves what is seen by just as much', async () => {
    await run('controls.set(controls.range(1, 100000))')
    await drawn()
    await scrollTo('2000000')
    for (let step = 0; step < 12; step++) {
      const before = await places()
      await opened.page.mouse.move(400, 300)
      await run(`${scroller}.scrollTop -= 240`)
      await drawn()
      const after = await places()
      const both = Object.keys(before).filter((key) => key in after)
      for (const key of both) expect(Math.abs((after[key] ?? 0) - (before[key] ?? 0) - 240)).toBeLessThan(1.5)
    }
  })

  test('tells how many came since one left the end, and leads back there', async () => {
    await scrollTo('5000')
    // Of ada herself none counts.
    await run('controls.newer(9)')
    const button = opened.page.locator('.vz-to-newest')
    await soon(async () => expect(await button.innerText()).toBe('6 new messages'))
    await button.click()
    await drawn()
    await soon(async () => expect([await fromEnd(), await button.count()]).toEqual([0, 0]))
  })

  test('jumps to a message and highlights it', async () => {
    await run('controls.set(controls.range(1, 100000))')
    await run('controls.target(40000)')
    const highlighted = opened.page.locator('.vz-highlight')
    await highlighted.waitFor()
    await drawn()
    const box = await highlighted.boundingBox()
    expect(box?.y).toBeGreaterThan(100)
    expect(box?.y).toBeLessThan(400)
    await soon(async () => expect(await highlighted.innerText()).toContain('Message 40000.'))
    await highlighted.waitFor({ state: 'detached' })
  })

  test('groups what one person writes within five minutes, under its day, and marks where the new begins', async () => {
    await run(
      `controls.set([1, 2, 3, 10].map((number) => controls.messageOf(number, { author_id: 2, username: 'bob' })))`,
    )
    await drawn()
    await soon(async () => expect(await opened.page.locator('.vz-row .vz-name').count()).toBe(2))
    await soon(async () => expect(await opened.page.locator('.vz-day').allInnerTexts()).toEqual(['Thursday 1 January']))
    await run('controls.lastRead(2)')
    await drawn()
    await soon(async () =>
      expect(
        await opened.page.locator('.vz-row', { has: opened.page.locator('.vz-new') }).getAttribute('data-key'),
      ).toBe('3'),
    )
    await run(`controls.set([1430, 1450].map((number) => controls.messageOf(number)))`)
    await drawn()
    await soon(async () => expect(await opened.page.locator('.vz-day').count()).toBe(2))
  })

  test('leads up to where the new begins, until one has seen it or does not want to', async () => {
    const way = opened.page.locator('.vz-to-new')
    const [jump, done] = [way.locator('button').first(), way.getByRole('button', { name: 'Mark as read' })]
    await run('controls.lastRead(10299)')
    await drawn()
    // In view from the beginning.
    await soon(async () => expect([await opened.page.locator('.vz-new').count(), await way.count()]).toEqual([1, 0]))
    for (const last of [10_270, 10_150]) {
      await run(`controls.lastRead(${last})`)
      await jump.waitFor()
      const others = await run<number>(`controls.now.filter(({ number, author_id }) => number > ${last} && author_id !== 1).length`) // prettier-ignore
      await soon(async () => expect(await jump.innerText()).toMatch(new RegExp(`^${others} new messages since Thursday 8 January \\d\\d:\\d\\d$`))) // prettier-ignore
      await jump.click()
      await way.waitFor({ state: 'detached' })
      await soon(async () => expect(await run<string>(`document.activeElement.closest('.vz-row')?.dataset.key`)).toBe(String(last + 1))) // prettier-ignore
      const at = await opened.page.locator('.vz-new').boundingBox()
      expect(at?.y).toBeGreaterThan(100)
      expect(at?.y).toBeLessThan(300)
      await run(`${scroller}.scrollTop = ${scroller}.scrollHeight`)
      await drawn()
      // It has been seen.
      expect(await way.count()).toBe(0)
    }
    await run('controls.lastRead(10100)')
    await done.click()
    await drawn()
    await soon(async () => expect([await way.count(), await fromEnd()]).toEqual([0, 0]))
    // Above all that is loaded nobody can say where it is, and here nobody loads it.
    await run('controls.lastRead(9000)')
    await drawn()
    await soon(async () => expect([await way.count(), await opened.page.locator('.vz-new').count()]).toEqual([0, 0]))
  })

  test('goes from message to message by the arrow keys, and does things with it by letters and by its tools', async () => {
    const { page } = opened
    const focused = () => run<string>(`document.activeElement.closest('[data-key]')?.dataset.key`)
    await page.locator('.vz-message').last().focus()
    await soon(async () => expect(await focused()).toBe('10300'))
    for (let step = 0; step < 40; step++) await page.keyboard.press('ArrowUp')
    await eventually('every key has been obeyed', async () => (await focused()) === '10260')
    expect(Object.keys(await places())).toContain('10260')
    await soon(async () =>
      expect(await page.locator('[role=article][tabindex="0"], article[tabindex="0"]').count()).toBe(1),
    )
    await page.keyboard.press('r')
    expect((await run<string[]>('controls.calls')).at(-1)).toBe('reply 10260')
    await page.keyboard.press('e')
    await page.locator('.vz-picker input').waitFor()
    await page.keyboard.type('rocket')
    await page.keyboard.press('Enter')
    expect((await run<string[]>('controls.calls')).at(-1)).toBe('react 10260 🚀')
    await soon(async () => expect(await focused()).toBe('10260'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect((await run<string[]>('controls.calls')).at(-1)).toBe('reply 10260')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Home')
    await until(`document.activeElement.closest('[data-key]')?.dataset.key === '10001'`)
    await page.keyboard.press('End')
    await until(`document.activeElement.closest('[data-key]')?.dataset.key === '10300'`)
    await eventually('it is in view to its end', async () => (await fromEnd()) < 10)
  })

  test('offers editing and deleting only of what is one’s own', async () => {
    const { page } = opened
    await run(
      `controls.set([controls.messageOf(1, { author_id: 1 }), controls.messageOf(2, { author_id: 2, username: 'bob' })])`,
    )
    await drawn()
    const labels = async (key: string) => {
      await page.locator(`[data-key="${key}"] .vz-message`).hover()
      return page.locator('.vz-toolbar button').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label'))) // prettier-ignore
    }
    expect(await labels('1')).toEqual(['React', 'Reply in thread', 'Edit', 'Pin', 'Copy link', 'Delete'])
    expect(await labels('2')).toEqual(['React', 'Reply in thread', 'Pin', 'Copy link'])
  })

  test('a touch shows what one may do with a message, again and again, until one touches elsewhere', async () => {
    const { page } = opened
    const touch = await page.context().newCDPSession(page)
    await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true })
    const tap = async (selector: string) => {
      const { x, y, width, height } = (await page.locator(selector).last().boundingBox())!
      const touchPoints = [{ x: x + width / 2, y: y + height / 2 }]
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
      await drawn()
    }
    const shown = () => page.locator('.vz-row:last-child .vz-toolbar').count()
    for (let time = 0; time < 3; time++) {
      await tap('.vz-row:last-child .vz-message-body')
      await soon(async () => expect(await shown()).toBe(1))
    }
    await tap('.vz-row:last-child .vz-toolbar [aria-expanded]')
    await page.locator('.vz-picker').waitFor()
    await page.keyboard.press('Escape')
    await run(
      `document.body.insertAdjacentHTML('beforeend', '<p id="elsewhere" style="position: fixed; top: 0">elsewhere')`,
    )
    await tap('#elsewhere')
    expect(await shown()).toBe(0)
  })

  test('reads new messages of others out, but not while one types', async () => {
    const log = opened.page.locator('[role=log]')
    expect(await log.innerText()).toBe('')
    await run(`controls.set([...controls.now, controls.messageOf(10301, { author_id: 2, username: 'bob', content: 'It is **late**' })])`) // prettier-ignore
    await until(`document.querySelector('[role=log]').textContent === 'bob: It is late'`)
    await run('controls.typing(true)')
    await run(
      `controls.set([...controls.now, controls.messageOf(10302, { author_id: 2, username: 'bob', content: 'Later' })])`,
    )
    await drawn()
    await soon(async () => expect(await log.innerText()).toBe('bob: It is late'))
    await run('controls.typing(false)')
    await until(`document.querySelector('[role=log]').textContent === 'bob: Later'`)
  })

  test('says that a link is copied once it is, for a moment, and not where that fails', async () => {
    const { page } = opened
    const label = () => page.locator('.vz-toolbar button').nth(3).getAttribute('aria-label')
    await page.locator('.vz-message').last().hover()
    await run('controls.isCopyRefused = true')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await drawn()
    expect([await label(), (await run<string[]>('controls.calls')).at(-1)]).toEqual(['Copy link', 'copyLink 10300'])
    await run('controls.isCopyRefused = false')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await eventually('it says so', async () => (await label()) === 'Copied')
    await eventually('it says no more', async () => (await label()) === 'Copy link')
    expect(opened.complaints).toEqual([])
  })

  test('has one picker open, until one presses or goes elsewhere', async () => {
    const { page } = opened
    const picker = page.locator('.vz-picker')
    const open = async (key: string) => {
      await page.locator(`[data-key="${key}"] .vz-message`).hover()
      await page.locator(`[data-key="${key}"] .vz-toolbar button`).first().click()
      await page.locator(`[data-key="${key}"] .vz-picker`).waitFor()
    }
    await open('10299')
    await picker.locator('.vz-picker-title').first().click()
    await soon(async () => expect(await picker.count()).toBe(1))
    await page.mouse.click(5, 5)
    await picker.waitFor({ state: 'detached' })
    await open('10300')
    await page.locator('[data-key="10294"] .vz-message').focus()
    await page.keyboard.press('e')
    await page.locator('[data-key="10294"] .vz-picker').waitFor()
    await soon(async () => expect(await picker.count()).toBe(1))
  })

  test('reads out the first message of an empty room, the same words again, and of what is encrypted only that', async () => {
    await opened.page.close()
    opened = await open(browser, `${served.url}/#empty`)
    await opened.page.locator('.vz-skeletons').waitFor()
    await run(`controls.status('ready')`)
    await drawn()
    const heard = () => run<string[]>('heard')
    await run(`globalThis.heard = []
      new MutationObserver(() => heard.push(document.querySelector('[role=log]').textContent))
        .observe(document.querySelector('[role=log]'), { childList: true, characterData: true, subtree: true })`)
    const came = async (number: number, own: string) => {
      await run(`controls.set([...controls.now, controls.messageOf(${number}, { author_id: 2, username: 'bob', ${own} })])`) // prettier-ignore
      await drawn()
    }
    await came(1, `content: 'Yes'`)
    await came(2, `content: 'Yes'`)
    await came(3, `content: 'b64**secret**', content_type: 'encrypted'`)
    await came(4, `content: 'a ** b ** c', content_type: 'code'`)
    await soon(async () =>
      expect(await heard()).toEqual(['bob: Yes', 'bob: Yes', 'bob: Encrypted message', 'bob: a ** b ** c']),
    )
  })

  test('does not read out what was there when one came', async () => {
    await opened.page.close()
    opened = await open(browser, `${served.url}/#empty`)
    await opened.page.locator('.vz-skeletons').waitFor()
    await run(`controls.set(controls.range(1, 3))`)
    await drawn()
    await run(`controls.status('ready')`)
    await drawn()
    expect(await opened.page.locator('[role=log]').innerText()).toBe('')
  })

  test('shows what is on its way as what it is: code as code, of what is encrypted only that', async () => {
    await run(`controls.set([controls.pendingOf('**not bold**', 'code'), controls.pendingOf('**secret**', 'encrypted'), controls.pendingOf('**bold** @bob, @room, @Here', 'text')])`) // prettier-ignore
    await drawn()
    await soon(async () => expect(await opened.page.locator('.vz-pending pre').innerText()).toBe('**not bold**'))
    await soon(async () => expect(await opened.page.locator('.vz-pending strong').allInnerTexts()).toEqual(['bold']))
    // Whether it calls everybody is not known yet.
    await soon(async () =>
      expect(await opened.page.locator('.vz-pending .vz-mention').allInnerTexts()).toEqual(['@bob']),
    )
    await soon(async () =>
      expect(await opened.page.locator('.vz-pending').nth(1).innerText()).toContain('Encrypted message'),
    )
  })

  test.each(['light', 'dark', 'contrast'])(
    'is fit for everyone in %s, by axe, also with everything a message can have',
    async (theme) => {
      await run(`controls.theme('${theme}')`)
      await run(`controls.set([
      ...controls.range(1, 4),
      controls.messageOf(5, { content: '**bold** \`code\` @ada @bob https://example.com\\n> quoted\\n- one\\n- two\\n\`\`\`js\\nlet a = 1\\n\`\`\`', mentions: [1], is_edited: true, is_pinned: true, thread_count: 3,
        reactions: [{ emoji: '👍', count: 2, users: [{ user_id: 1, username: 'ada' }] }, { emoji: ':tada:', count: 1, users: [{ user_id: 2, username: 'bob' }] }] }),
      controls.messageOf(6, { is_deleted: true, content: '' }),
      controls.messageOf(7, { expires_at: new Date(Date.now() + 300000).toISOString() }),
      controls.messageOf(8, { content_type: 'code', content: '<b>let</b>' }),
    ])`)
      await run('controls.lastRead(3)')
      await drawn()
      await opened.page.locator('[data-key="5"] .vz-message').hover()
      await opened.page.locator('[data-key="5"] .vz-toolbar button').first().click()
      await opened.page.locator('.vz-picker').waitFor()
      expect(await seriousFindings(opened.page)).toEqual([])
      expect(opened.complaints).toEqual([])
    },
  )
})
