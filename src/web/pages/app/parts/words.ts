import type { Locale } from '../languages.ts'

interface Words {
  close: string
  loading: string
  again: string
  cancel: string
  show: string
  hide: string
  not_reached: string
  too_often(seconds: number): string
  fault: string
}

export const part_words: Record<Locale, Words> = {
  en: {
    close: 'Close',
    loading: 'Loading',
    again: 'Try again',
    cancel: 'Cancel',
    show: 'Show',
    hide: 'Hide',
    not_reached: 'The server cannot be reached. What you entered is still here; try again in a moment.',
    too_often: (seconds) => `That was too often. Try again in ${seconds} s.`,
    fault: 'Something went wrong on the server. Nothing was changed; try again in a moment.',
  },
  fr: {
    close: 'Fermer',
    loading: 'Chargement',
    again: 'Réessayer',
    cancel: 'Annuler',
    show: 'Afficher',
    hide: 'Masquer',
    not_reached: 'Le serveur est injoignable. Votre saisie est gardée ; réessayez dans un instant.',
    too_often: (seconds) => `Trop de tentatives. Réessayez dans ${seconds} s.`,
    fault: 'Le serveur a rencontré un problème. Rien n’a été modifié ; réessayez dans un instant.',
  },
}
