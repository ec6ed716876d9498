import type { Locale } from '../languages.ts'

const english = {
  offer: 'Be told of mentions and direct messages while you are elsewhere.',
  turn_on: 'Turn on',
  not_now: 'Not now',
  refused: 'The browser does not allow notifications from this page. Its settings for this page can change that.',
  mentioned: (name: string, where: string) => `${name} in ${where}`,
}

type Words = typeof english

const french: Words = {
  offer: 'Soyez averti des mentions et des messages privés quand vous êtes ailleurs.',
  turn_on: 'Activer',
  not_now: 'Plus tard',
  refused:
    'Le navigateur refuse les notifications de cette page. Ses réglages pour cette page permettent de changer cela.',
  mentioned: (name, where) => `${name} dans ${where}`,
}

export const notify_words: Record<Locale, Words> = { en: english, fr: french }
