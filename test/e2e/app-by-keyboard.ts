import type { Person } from './app-person.ts'
import { until } from './program.ts'

/** The name of what has the focus, and whether one sees that it has it. */
const focus = `(() => {
  const element = document.activeElement
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean)
  const drawn = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px'
  // On the button within a field of a date the browser draws by itself.
  const within = element.type === 'date' && !element.matches(':focus')
  // From the last one comes back to the page itself, which is all of what one sees; the divider of the list is drawn beside itself.
  // The heading of what opens takes the focus, so that one reads on there; it is not drawn, and no key leads to it.
  const heads = element.matches('h1[tabindex="-1"], h2[tabindex="-1"]')
  const outlined = element === document.body || within || heads || around.some((one) => drawn(getComputedStyle(one))) || getComputedStyle(element, '::after').content !== 'none'
  const { top, bottom, left, right } = element.getBoundingClientRect()
  return { name: name.trim(), seen: outlined && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth }
})()`
const most_stops = 60
const patience_ms = 5000

export type ByKeyboard = ReturnType<typeof byKeyboard>

/** Somebody who has nothing but a keyboard, and has to see each time where that writes. */
export function byKeyboard({ page, words, dialog }: Person) {
  /** Where one could not see it. */
  const unseen = new Set<string>()
  const press = (key: string) => page.keyboard.press(key)
  const at = async () => {
    const now = await page.evaluate<{ name: string; seen: boolean }>(focus)
    if (!now.seen) unseen.add(now.name)
    return now.name
  }
  /** Goes on by a key until the focus is there. Keys are quicker than the server, which may have to be asked for what one goes to. */
  const goTo = async (name: string, key: string) => {
    const stops = new Set<string>()
    const late = performance.now() + patience_ms
    for (let stop = 0; stop < most_stops || performance.now() < late; stop++) {
      await press(key)
      const now = await at()
      if (now.startsWith(name)) return
      stops.add(now)
    }
    throw new Error(`No ${name} among ${[...stops].join(' | ')}`)
  }
  const tabTo = (name: string, key = 'Tab') => goTo(name, key)
  const isAt = (name: string) => {
    const isThere = async () => {
      const now = await page.evaluate<{ name: string; seen: boolean }>(focus)
      // Where the focus was on its way there, such as at the heading of what opened, nobody stopped.
      if (!now.name.startsWith(name)) return false
      if (!now.seen) unseen.add(now.name)
      return true
    }
    return until(isThere, 15_000, `the focus is at ${name}`)
  }
  return {
    unseen,
    press,
    type: (text: string) => page.keyboard.type(text),
    tabTo,
    /** It takes the focus by itself. */
    isAt,
    /** Goes to a button by Tab and presses it. */
    use: async (name: string, key?: string) => {
      await tabTo(name, key)
      await press('Enter')
    },
    /** Takes what is called so out of the menu that opens where one is. */
    choose: async (name: string) => {
      await press('Enter')
      await page.getByRole('menu').waitFor()
      if (!(await at()).startsWith(name)) await goTo(name, 'ArrowDown')
      await press('Enter')
    },
    /** Goes to what the palette has under that name. */
    byPalette: async (name: string) => {
      await press('Control+k')
      await dialog(words.palette.title).waitFor()
      await page.keyboard.type(name)
      await page.getByRole('option', { name }).first().waitFor()
      await press('Enter')
    },
    toMessage: async () => {
      for (let stop = 0; stop < most_stops && (await page.locator('.vz-message:focus').count()) === 0; stop++) {
        await press('Shift+Tab')
        await at()
      }
    },
    composed: () => page.locator('.vz-conversation .vz-composer-field:focus').waitFor(),
  }
}
