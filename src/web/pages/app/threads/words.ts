import type { Locale } from '../languages.ts'

const english = {
  threads: 'Threads',
  /** Begins with what one sees. */
  waiting: (count: number) => `Threads: ${count} with new replies`,
  about: 'New replies in threads that you began, replied in or were mentioned in. Opening one marks it as read.',
  none: 'You have read every reply in your threads.',
  fresh: (count: number) => `${count >= 100 ? '99+' : count} new ${count === 1 ? 'reply' : 'replies'}`,
  named: (count: number) => (count === 1 ? 'mentions you' : `mentions you ${count >= 100 ? '99+' : count} times`),
  said: (name: string, text: string) => `${name}: ${text}`,
  to: (name: string) => `to ${name}`,
  to_you: 'to you',
  deleted: 'a deleted message',
}

type Words = typeof english

const french: Words = {
  threads: 'Fils',
  waiting: (count) => `Fils : ${count} avec de nouvelles réponses`,
  about:
    'Les nouvelles réponses dans les fils que vous avez lancés, auxquels vous avez répondu ou qui vous mentionnent. En ouvrir un le marque comme lu.',
  none: 'Vous avez lu toutes les réponses de vos fils.',
  fresh: (count) => `${count >= 100 ? '99+' : count} ${count < 2 ? 'nouvelle réponse' : 'nouvelles réponses'}`,
  named: (count) => (count < 2 ? 'vous mentionne' : `vous mentionne ${count >= 100 ? '99+' : count} fois`),
  said: (name, text) => `${name} : ${text}`,
  to: (name) => `à ${name}`,
  to_you: 'à vous',
  deleted: 'un message supprimé',
}

export const thread_words: Record<Locale, Words> = { en: english, fr: french }
