import type { Locale } from '../languages.ts'
import { de } from '../parts/elided.ts'

const english = {
  skip: 'Skip to the conversation',
  resize: 'Width of the list',
  own: 'status and settings',
  find: 'Find',
  find_label: 'Find a conversation, a person or a command',
  message: 'New message',
  browse: 'Browse rooms',
  create: 'Create a room',
  settings: 'Settings',
  admin: 'Administration',
  shortcuts: 'Keyboard shortcuts',
  sign_out: 'Sign out',
  statuses: { online: 'Online', away: 'Away', busy: 'Busy', invisible: 'Invisible' },
  no_conversations: 'You are in no room yet. Pick one to begin with.',
  unread: (count: number) => `(${count})`,
  kicked: (name: string) => `You were removed from ${name}.`,
  deleted: (name: string, by: string | null) => (by === null ? `${name} was deleted.` : `${by} deleted ${name}.`),
  added: (name: string) => `You were added to ${name}.`,
  open: 'Open',
  back: 'Back to the list',
}

type Words = typeof english

const french: Words = {
  skip: 'Aller à la conversation',
  resize: 'Largeur de la liste',
  own: 'statut et réglages',
  find: 'Trouver',
  find_label: 'Trouver une conversation, une personne ou une commande',
  message: 'Nouveau message',
  browse: 'Parcourir les salons',
  create: 'Créer un salon',
  settings: 'Réglages',
  admin: 'Administration',
  shortcuts: 'Raccourcis clavier',
  sign_out: 'Se déconnecter',
  statuses: { online: 'En ligne', away: 'Absent', busy: 'Occupé', invisible: 'Invisible' },
  no_conversations: 'Vous n’êtes dans aucun salon. Choisissez-en un pour commencer.',
  unread: (count) => `(${count})`,
  kicked: (name) => `Vous avez été exclu ${de(name)}.`,
  deleted: (name, by) => (by === null ? `${name} a été supprimé.` : `${by} a supprimé ${name}.`),
  added: (name) => `Vous avez été ajouté à ${name}.`,
  open: 'Ouvrir',
  back: 'Retour à la liste',
}

export const frame_words: Record<Locale, Words> = { en: english, fr: french }
