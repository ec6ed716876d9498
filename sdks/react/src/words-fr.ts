import { spanOf } from './format.ts'
import type { Words } from './words.ts'

/** French counts one and a half, and none, as one. */
const plusieurs = (count: number, one: string, many: string): string => `${count} ${Math.abs(count) < 2 ? one : many}`

const kept = (queued: number): string =>
  queued === 0
    ? ''
    : ` ${plusieurs(queued, 'message est gardé et partira', 'messages sont gardés et partiront')} dès que possible.`

export const french: Words = {
  messages: 'Messages',
  conversations: 'Conversations',
  members: 'Membres',
  search: 'Résultats de la recherche',
  today: 'Aujourd’hui',
  yesterday: 'Hier',
  newMessages: 'Nouveaux',
  toNewest: (count) => (count === 0 ? 'Revenir au présent' : plusieurs(count, 'nouveau message', 'nouveaux messages')),
  toFirstNew: (count, since) =>
    `${plusieurs(count, 'nouveau message', 'nouveaux messages')}${since === null ? '' : ` depuis ${since}`}`,
  markRead: 'Marquer comme lu',
  beginning: 'La conversation commence ici.',
  noMessages: 'Personne n’a encore écrit ici. À vous le premier message.',
  loadingOlder: 'Chargement des messages précédents',
  notLoaded: 'Impossible de charger les messages. Rien n’est perdu.',
  notLoadedYet: 'Rien n’est encore chargé ici. Tout arrive dès que la connexion revient.',
  retry: 'Réessayer',
  discard: 'Abandonner',
  notSent: (reason) => `Non envoyé : ${reason} Votre message est gardé.`,
  edited: 'modifié',
  pinned: 'Épinglé',
  deleted: 'Ce message a été supprimé.',
  deletedByOther: 'Ce message a été supprimé par la modération.',
  deletedAccount: 'Compte supprimé',
  expires: (time) => `Disparaît ${time}`,
  encrypted: 'Message chiffré',
  addReaction: 'Réagir',
  reply: 'Répondre dans le fil',
  edit: 'Modifier',
  pin: 'Épingler',
  unpin: 'Détacher',
  copyLink: 'Copier le lien',
  remove: 'Supprimer',
  more: 'Autres actions',
  actions: 'Actions sur le message',
  reaction: (emoji, count, names) => `${emoji} ${count}${names === '' ? '' : ` : ${names}`}`,
  others: (count) => plusieurs(count, 'autre', 'autres'),
  replies: (count) => plusieurs(count, 'réponse', 'réponses'),
  newReplies: (count) => plusieurs(count, 'nouvelle', 'nouvelles'),
  announced: (name, text) => `${name} : ${text}`,
  announcedMany: (count) => plusieurs(count, 'nouveau message', 'nouveaux messages'),
  messageOf: (name, time) => `${name}, ${time}`,
  write: 'Écrire un message',
  writeTo: (name) => `Écrire à ${name}`,
  send: 'Envoyer',
  save: 'Enregistrer',
  cancel: 'Annuler',
  editing: 'Modification d’un message',
  left: (count) =>
    count < 0
      ? `${plusieurs(-count, 'caractère', 'caractères')} en trop`
      : `Encore ${plusieurs(count, 'caractère', 'caractères')}`,
  waits: (count, seconds, isSlow) =>
    `${isSlow ? 'Mode lent' : 'Vous écrivez plus vite que le serveur ne l’accepte'} : ${plusieurs(count, 'message attend', 'messages attendent')}. Le prochain part dans ${spanOf(seconds)}.`,
  noCommand: (name) => `Il n’y a pas de commande /${name} ici.`,
  sendAsText: 'Envoyer comme texte',
  suggestions: 'Suggestions',
  callsHere: 'Tout le monde en ligne',
  callsRoom: 'Tout le salon',
  typing: ([first = '', second, third]) =>
    third !== undefined
      ? 'Plusieurs personnes écrivent'
      : second !== undefined
        ? `${first} et ${second} écrivent`
        : `${first} écrit`,
  connecting: 'Connexion',
  offline: (queued) => `Vous êtes hors ligne.${kept(queued)}`,
  away: (queued) => `Le serveur est injoignable.${kept(queued)}`,
  nextTry: (seconds) => `Nouvel essai dans ${seconds} s.`,
  stopped: 'La connexion est terminée.',
  signInAgain: 'Votre session est terminée. Reconnectez-vous pour continuer.',
  banned: 'Ce compte est banni. Adressez-vous à qui gère ce serveur.',
  retryNow: 'Essayer maintenant',
  unread: 'Non lus',
  newRoom: 'Nouveau',
  unsent: 'Non envoyé',
  rooms: 'Salons',
  directMessages: 'Messages privés',
  mentions: (count) => plusieurs(count, 'mention', 'mentions'),
  unreadCount: (count) => plusieurs(count, 'non lu', 'non lus'),
  noConversations: 'Vous n’êtes encore dans aucun salon.',
  statuses: {
    online: 'En ligne',
    away: 'Absent',
    busy: 'Occupé',
    offline: 'Hors ligne',
    unknown: 'Inconnu sans connexion',
  },
  roles: { owner: 'Propriétaire', admin: 'Administration', moderator: 'Modération', member: 'Membres' },
  thread: 'Fil',
  close: 'Fermer',
  noReplies: 'Pas encore de réponse.',
  copyCode: 'Copier',
  copied: 'Copié',
  pickEmoji: 'Choisir un émoji',
  findEmoji: 'Chercher un émoji',
  noEmoji: 'Aucun émoji ne porte ce nom.',
  groups: {
    often: 'Souvent utilisés',
    faces: 'Visages',
    people: 'Personnes',
    nature: 'Nature',
    food: 'À table',
    activities: 'Activités',
    things: 'Objets',
    signs: 'Signes',
  },
  found: (count) => plusieurs(count, 'message trouvé', 'messages trouvés'),
  nothingFound: 'Aucun résultat. Essayez avec moins de mots, ou d’autres.',
  loadMore: 'Afficher la suite',
}
