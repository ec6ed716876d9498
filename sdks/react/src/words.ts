/** Everything the components say. Give some of your own to `VezaProvider` or `VezaSettings` as `words`. */
export interface Words {
  messages: string
  conversations: string
  members: string
  search: string
  today: string
  yesterday: string
  newMessages: string
  toNewest(count: number): string
  beginning: string
  noMessages: string
  loadingOlder: string
  notLoaded: string
  retry: string
  discard: string
  notSent(reason: string): string
  sending: string
  edited: string
  pinned: string
  deleted: string
  deletedByOther: string
  expires(time: string): string
  encrypted: string
  addReaction: string
  reply: string
  edit: string
  pin: string
  unpin: string
  copyLink: string
  remove: string
  more: string
  actions: string
  reaction(emoji: string, count: number, names: string): string
  others(count: number): string
  replies(count: number): string
  /** Of a thread, beside how many there are. */
  newReplies(count: number): string
  announced(name: string, text: string): string
  announcedMany(count: number): string
  messageOf(name: string, time: string): string
  write: string
  writeTo(name: string): string
  send: string
  save: string
  cancel: string
  editing: string
  left(count: number): string
  waits(count: number, seconds: number, isSlow: boolean): string
  noCommand(name: string): string
  sendAsText: string
  suggestions: string
  typing(names: readonly string[]): string
  connecting: string
  offline(queued: number): string
  offlineUntil(seconds: number, queued: number): string
  stopped: string
  signInAgain: string
  banned: string
  retryNow: string
  unread: string
  /** Of a room that one has not opened yet. */
  newRoom: string
  rooms: string
  directMessages: string
  mentions(count: number): string
  unreadCount(count: number): string
  noConversations: string
  statuses: Record<'online' | 'away' | 'busy' | 'offline', string>
  roles: Record<string, string>
  thread: string
  close: string
  noReplies: string
  replyTo: string
  copyCode: string
  copied: string
  pickEmoji: string
  findEmoji: string
  noEmoji: string
  groups: Record<EmojiGroup, string>
  found(count: number): string
  nothingFound: string
  loadMore: string
}

export type EmojiGroup = 'often' | 'faces' | 'people' | 'nature' | 'food' | 'activities' | 'things' | 'signs'
export type Locale = 'en' | 'fr'

const several = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

const english: Words = {
  messages: 'Messages',
  conversations: 'Conversations',
  members: 'Members',
  search: 'Search results',
  today: 'Today',
  yesterday: 'Yesterday',
  newMessages: 'New',
  toNewest: (count) => (count === 0 ? 'To the newest' : several(count, 'new message', 'new messages')),
  beginning: 'This is where the conversation begins.',
  noMessages: 'Nobody has written here yet. Write the first message below.',
  loadingOlder: 'Loading older messages',
  notLoaded: 'The messages could not be loaded. Nothing is lost.',
  retry: 'Try again',
  discard: 'Discard',
  notSent: (reason) => `Not sent: ${reason} Your message is kept.`,
  sending: 'Sending',
  edited: 'edited',
  pinned: 'Pinned',
  deleted: 'This message was deleted.',
  deletedByOther: 'This message was deleted by a moderator.',
  expires: (time) => `Disappears ${time}`,
  encrypted: 'Encrypted message',
  addReaction: 'React',
  reply: 'Reply in thread',
  edit: 'Edit',
  pin: 'Pin',
  unpin: 'Unpin',
  copyLink: 'Copy link',
  remove: 'Delete',
  more: 'More',
  actions: 'Message actions',
  reaction: (emoji, count, names) => `${emoji} ${count}${names === '' ? '' : `: ${names}`}`,
  others: (count) => several(count, 'other', 'others'),
  replies: (count) => several(count, 'reply', 'replies'),
  newReplies: (count) => `${count} new`,
  announced: (name, text) => `${name}: ${text}`,
  announcedMany: (count) => several(count, 'new message', 'new messages'),
  messageOf: (name, time) => `${name}, ${time}`,
  write: 'Write a message',
  writeTo: (name) => `Message ${name}`,
  send: 'Send',
  save: 'Save',
  cancel: 'Cancel',
  editing: 'Editing a message',
  left: (count) =>
    count < 0
      ? `${several(-count, 'character', 'characters')} too many`
      : `${several(count, 'character', 'characters')} left`,
  waits: (count, seconds, isSlow) =>
    `${isSlow ? 'Slow mode' : 'You are writing faster than the server takes it'}: ${several(count, 'message waits', 'messages wait')}. The next goes in ${seconds} s.`,
  noCommand: (name) => `There is no command /${name} here.`,
  sendAsText: 'Send as text',
  suggestions: 'Suggestions',
  typing: ([first = '', second, third]) =>
    third !== undefined
      ? 'Several people are typing'
      : second !== undefined
        ? `${first} and ${second} are typing`
        : `${first} is typing`,
  connecting: 'Connecting',
  offline: (queued) =>
    queued === 0
      ? 'You are offline.'
      : `You are offline. ${several(queued, 'message is', 'messages are')} kept and will be sent.`,
  offlineUntil: (seconds, queued) => `${english.offline(queued)} Next try in ${seconds} s.`,
  stopped: 'The connection has ended.',
  signInAgain: 'You are signed out. Sign in again to go on.',
  banned: 'This account is banned. Whoever runs this server can tell you more.',
  retryNow: 'Try now',
  unread: 'Unread',
  newRoom: 'New',
  rooms: 'Rooms',
  directMessages: 'Direct messages',
  mentions: (count) => several(count, 'mention', 'mentions'),
  unreadCount: (count) => `${count} unread`,
  noConversations: 'You are in no room yet.',
  statuses: { online: 'Online', away: 'Away', busy: 'Busy', offline: 'Offline' },
  roles: { owner: 'Owner', admin: 'Admin', moderator: 'Moderator', member: 'Members' },
  thread: 'Thread',
  close: 'Close',
  noReplies: 'No replies yet.',
  replyTo: 'Reply',
  copyCode: 'Copy',
  copied: 'Copied',
  pickEmoji: 'Pick an emoji',
  findEmoji: 'Find an emoji',
  noEmoji: 'No emoji has that name.',
  groups: {
    often: 'Often used',
    faces: 'Faces',
    people: 'People',
    nature: 'Nature',
    food: 'Food',
    activities: 'Activities',
    things: 'Things',
    signs: 'Signs',
  },
  found: (count) => several(count, 'message found', 'messages found'),
  nothingFound: 'Nothing found. Try fewer or other words.',
  loadMore: 'Show more',
}

/** French counts one and a half, and none, as one. */
const plusieurs = (count: number, one: string, many: string): string => `${count} ${Math.abs(count) < 2 ? one : many}`

const french: Words = {
  messages: 'Messages',
  conversations: 'Conversations',
  members: 'Membres',
  search: 'Résultats de la recherche',
  today: 'Aujourd’hui',
  yesterday: 'Hier',
  newMessages: 'Nouveaux',
  toNewest: (count) => (count === 0 ? 'Revenir au présent' : plusieurs(count, 'nouveau message', 'nouveaux messages')),
  beginning: 'La conversation commence ici.',
  noMessages: 'Personne n’a encore écrit ici. À vous le premier message.',
  loadingOlder: 'Chargement des messages précédents',
  notLoaded: 'Impossible de charger les messages. Rien n’est perdu.',
  retry: 'Réessayer',
  discard: 'Abandonner',
  notSent: (reason) => `Non envoyé : ${reason} Votre message est gardé.`,
  sending: 'Envoi en cours',
  edited: 'modifié',
  pinned: 'Épinglé',
  deleted: 'Ce message a été supprimé.',
  deletedByOther: 'Ce message a été supprimé par la modération.',
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
    `${isSlow ? 'Mode lent' : 'Vous écrivez plus vite que le serveur ne l’accepte'} : ${plusieurs(count, 'message attend', 'messages attendent')}. Le prochain part dans ${seconds} s.`,
  noCommand: (name) => `Il n’y a pas de commande /${name} ici.`,
  sendAsText: 'Envoyer comme texte',
  suggestions: 'Suggestions',
  typing: ([first = '', second, third]) =>
    third !== undefined
      ? 'Plusieurs personnes écrivent'
      : second !== undefined
        ? `${first} et ${second} écrivent`
        : `${first} écrit`,
  connecting: 'Connexion',
  offline: (queued) =>
    queued === 0
      ? 'Vous êtes hors ligne.'
      : `Vous êtes hors ligne. ${plusieurs(queued, 'message est gardé et partira', 'messages sont gardés et partiront')} dès que possible.`,
  offlineUntil: (seconds, queued) => `${french.offline(queued)} Nouvel essai dans ${seconds} s.`,
  stopped: 'La connexion est terminée.',
  signInAgain: 'Votre session est terminée. Reconnectez-vous pour continuer.',
  banned: 'Ce compte est banni. Adressez-vous à qui gère ce serveur.',
  retryNow: 'Essayer maintenant',
  unread: 'Non lus',
  newRoom: 'Nouveau',
  rooms: 'Salons',
  directMessages: 'Messages privés',
  mentions: (count) => plusieurs(count, 'mention', 'mentions'),
  unreadCount: (count) => plusieurs(count, 'non lu', 'non lus'),
  noConversations: 'Vous n’êtes encore dans aucun salon.',
  statuses: { online: 'En ligne', away: 'Absent', busy: 'Occupé', offline: 'Hors ligne' },
  roles: { owner: 'Propriétaire', admin: 'Administration', moderator: 'Modération', member: 'Membres' },
  thread: 'Fil',
  close: 'Fermer',
  noReplies: 'Pas encore de réponse.',
  replyTo: 'Répondre',
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

export const wordsOf: Record<Locale, Words> = { en: english, fr: french }
