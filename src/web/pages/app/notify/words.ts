import type { Locale } from '../languages.ts'
import { de } from '../parts/elided.ts'

const english = {
  offer: 'Be told of mentions and direct messages while you are elsewhere.',
  turn_on: 'Turn on',
  not_now: 'Not now',
  refused: 'The browser does not allow notifications from this page. Its settings for this page can change that.',
  mentioned: (name: string, where: string) => `${name} in ${where}`,
  several: (count: number, where: string) => `${count} new messages in ${where}`,
  several_from: (count: number, name: string) => `${count} new messages from ${name}`,
}

export type NotifyWords = typeof english

const french: NotifyWords = {
  offer: 'Soyez averti des mentions et des messages privés quand vous êtes ailleurs.',
  turn_on: 'Activer',
  not_now: 'Plus tard',
  refused:
    'Le navigateur refuse les notifications de cette page. Ses réglages pour cette page permettent de changer cela.',
  mentioned: (name, where) => `${name} dans ${where}`,
  several: (count, where) => `${count} nouveaux messages dans ${where}`,
  several_from: (count, name) => `${count} nouveaux messages ${de(name)}`,
}

export const notify_words: Record<Locale, NotifyWords> = { en: english, fr: french }
