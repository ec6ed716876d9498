import type { Locale } from '../locale.ts'
import type { NamedKeys, ShortcutName } from './keys.ts'

interface Words {
  title: string
  keys: NamedKeys
  does: Record<ShortcutName, string>
}

export const key_words: Record<Locale, Words> = {
  en: {
    title: 'Keyboard shortcuts',
    keys: { Shift: 'Shift', Escape: 'Esc' },
    does: {
      find: 'Find a conversation, a person or a command',
      previous: 'Previous conversation',
      next: 'Next conversation',
      previous_unread: 'Previous unread conversation',
      next_unread: 'Next unread conversation',
      first_new: 'To the first new message',
      search: 'Search messages',
      back: 'Back: close what is open beside, then to the composer',
      sheet: 'These shortcuts',
      edit_last: 'In an empty composer: edit your last message',
      walk: 'In the timeline: from message to message, with ↑ too',
      reply: 'On a message: reply in a thread',
      react: 'On a message: react',
    },
  },
  fr: {
    title: 'Raccourcis clavier',
    keys: { Shift: 'Maj', Escape: 'Échap' },
    does: {
      find: 'Trouver une conversation, une personne ou une commande',
      previous: 'Conversation précédente',
      next: 'Conversation suivante',
      previous_unread: 'Conversation non lue précédente',
      next_unread: 'Conversation non lue suivante',
      first_new: 'Aller au premier nouveau message',
      search: 'Rechercher dans les messages',
      back: 'Retour : fermer ce qui est ouvert à côté, puis revenir à la saisie',
      sheet: 'Ces raccourcis',
      edit_last: 'Champ vide : modifier votre dernier message',
      walk: 'Dans le fil de messages : d’un message à l’autre, aussi avec ↑',
      reply: 'Sur un message : répondre dans un fil',
      react: 'Sur un message : réagir',
    },
  },
}
