import type { Locale } from '../languages.ts'

const english = {
  title: 'Find',
  field: 'Find a conversation, a person or a command',
  conversations: 'Conversations',
  people: 'People',
  commands: 'Commands',
  nothing: 'Nothing has that name.',
  browse: 'Browse rooms',
  create: 'Create a room',
  message: 'New message',
  settings: 'Settings',
  admin: 'Administration',
  search: 'Search messages here',
  details: 'Details of this conversation',
  threads: 'New replies in your threads',
  shortcuts: 'Keyboard shortcuts',
  language: 'Passer au français',
  sign_out: 'Sign out',
  count: (count: number) => `${count} found`,
}

export type PaletteWords = typeof english

const french: PaletteWords = {
  title: 'Trouver',
  field: 'Trouver une conversation, une personne ou une commande',
  conversations: 'Conversations',
  people: 'Personnes',
  commands: 'Commandes',
  nothing: 'Rien ne porte ce nom.',
  browse: 'Parcourir les salons',
  create: 'Créer un salon',
  message: 'Nouveau message',
  settings: 'Réglages',
  admin: 'Administration',
  search: 'Rechercher dans les messages d’ici',
  details: 'Détails de cette conversation',
  threads: 'Nouvelles réponses dans vos fils',
  shortcuts: 'Raccourcis clavier',
  language: 'Switch to English',
  sign_out: 'Se déconnecter',
  count: (count) => `${count} ${count < 2 ? 'résultat' : 'résultats'}`,
}

export const palette_words: Record<Locale, PaletteWords> = { en: english, fr: french }
