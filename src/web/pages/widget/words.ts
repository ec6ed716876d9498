import type { Locale } from 'veza-react-components'

/** What the widget says beside its components. */
export interface OwnWords {
  chat: string
  openChat(unread: number): string
  closeChat: string
  noToken: string
  signedOut: string
  signIn: string
  kept: string
  noRoom: string
  noSource: string
  /** Why one cannot read the conversation, by the code of the refusal. */
  refused: Partial<Record<string, string>>
}

export const ownWords: Record<Locale, OwnWords> = {
  en: {
    chat: 'Chat',
    openChat: (unread) => (unread === 0 ? 'Open the chat' : `Open the chat, ${unread} unread`),
    closeChat: 'Close the chat',
    noToken: 'This page could not sign you in to the chat.',
    signedOut: 'You are signed out. Sign in to this page to use the chat.',
    signIn: 'Sign in',
    kept: 'What you write is kept.',
    noRoom: 'This chat has no room yet: the page has to name one by room or conversation.',
    noSource: 'This chat knows no user yet: the page has to say where tokens come from, by token-url or token.',
    refused: {
      ROOM_DELETED: 'This room was deleted.',
      ROOM_NOT_FOUND: 'There is no such room, or it is not open to you.',
      CONVERSATION_NOT_FOUND: 'There is no such conversation.',
      PERMISSION_DENIED: 'You are not a member of this room.',
      ROOM_FULL: 'This room is full.',
    },
  },
  fr: {
    chat: 'Discussion',
    openChat: (unread) =>
      unread === 0 ? 'Ouvrir la discussion' : `Ouvrir la discussion, ${unread} ${unread < 2 ? 'non lu' : 'non lus'}`,
    closeChat: 'Fermer la discussion',
    noToken: 'Cette page n’a pas pu vous connecter à la discussion.',
    signedOut: 'Vous n’êtes pas connecté. Connectez-vous à cette page pour participer à la discussion.',
    signIn: 'Se connecter',
    kept: 'Ce que vous écrivez est gardé.',
    noRoom: 'Cette discussion n’a pas encore de salon : la page doit en nommer un par room ou conversation.',
    noSource: 'Cette discussion ne connaît pas encore son lecteur : la page doit dire d’où viennent les jetons, par token-url ou token.', // prettier-ignore
    refused: {
      ROOM_DELETED: 'Ce salon a été supprimé.',
      ROOM_NOT_FOUND: 'Ce salon n’existe pas, ou ne vous est pas ouvert.',
      CONVERSATION_NOT_FOUND: 'Cette conversation n’existe pas.',
      PERMISSION_DENIED: 'Vous n’êtes pas membre de ce salon.',
      ROOM_FULL: 'Ce salon est complet.',
    },
  },
}
