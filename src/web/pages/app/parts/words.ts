import type { Locale } from '../languages.ts'

interface Words {
  close: string
  loading: string
  again: string
  cancel: string
  show: string
  hide: string
  missing: string
  too_short(characters: number): string
  too_long(characters: number): string
  no_email: string
  not_reached: string
  too_often(seconds: number): string
  fault: string
  broken: string
  not_loaded: string
  reload: string
  not_opened: string
}

/** From a minute on one does not count seconds. */
function inMinutes(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return `${minutes} ${minutes < 2 ? 'minute' : 'minutes'}`
}

export const part_words: Record<Locale, Words> = {
  en: {
    close: 'Close',
    loading: 'Loading',
    again: 'Try again',
    cancel: 'Cancel',
    show: 'Show',
    hide: 'Hide',
    missing: 'Fill this in.',
    too_short: (characters) => `At least ${characters} characters.`,
    too_long: (characters) => `At most ${characters} characters.`,
    no_email: 'This is not an e-mail address.',
    not_reached: 'The server cannot be reached. What you entered is still here; try again in a moment.',
    too_often: (seconds) => `That was too often. Try again in ${inMinutes(seconds)}.`,
    fault: 'Something went wrong on the server. Nothing was changed; try again in a moment.',
    broken: 'This part of the page could not be shown. Your messages are safe.',
    not_loaded:
      'This part of the page could not be loaded: the server is out of reach, or newer than this page. Your messages are safe.',
    reload: 'Load the page again',
    not_opened: 'This could not be opened. Try again, or load the page again.',
  },
  fr: {
    close: 'Fermer',
    loading: 'Chargement',
    again: 'Réessayer',
    cancel: 'Annuler',
    show: 'Afficher',
    hide: 'Masquer',
    missing: 'Remplissez ce champ.',
    too_short: (characters) => `Au moins ${characters} caractères.`,
    too_long: (characters) => `Au plus ${characters} caractères.`,
    no_email: 'Ce n’est pas une adresse e-mail.',
    not_reached: 'Le serveur est injoignable. Votre saisie est gardée ; réessayez dans un instant.',
    too_often: (seconds) => `Trop de tentatives. Réessayez dans ${inMinutes(seconds)}.`,
    fault: 'Le serveur a rencontré un problème. Rien n’a été modifié ; réessayez dans un instant.',
    broken: 'Cette partie de la page n’a pas pu s’afficher. Vos messages sont en sûreté.',
    not_loaded:
      'Cette partie de la page n’a pas pu se charger : le serveur est injoignable, ou plus récent que cette page. Vos messages sont en sûreté.',
    reload: 'Recharger la page',
    not_opened: 'Impossible d’ouvrir cette fenêtre. Réessayez, ou rechargez la page.',
  },
}
