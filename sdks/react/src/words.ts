import { spanOf } from './format.ts'
import { french } from './words-fr.ts'

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
  /** `since` is when the first of them came, as it stands in a sentence; null: not known. */
  toFirstNew(count: number, since: string | null): string
  markRead: string
  beginning: string
  noMessages: string
  loadingOlder: string
  notLoaded: string
  notLoadedYet: string
  retry: string
  discard: string
  notSent(reason: string): string
  edited: string
  pinned: string
  deleted: string
  deletedByOther: string
  /** In place of the name of somebody whose account is gone. */
  deletedAccount: string
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
  /** Who hears of `@here`. */
  callsHere: string
  /** Who hears of `@room`. */
  callsRoom: string
  typing(names: readonly string[]): string
  connecting: string
  offline(queued: number): string
  /** The server does not answer, and the browser is online. */
  away(queued: number): string
  nextTry(seconds: number): string
  stopped: string
  signInAgain: string
  banned: string
  retryNow: string
  unread: string
  /** Of a room that one has not opened yet. */
  newRoom: string
  /** Of a conversation. */
  unsent: string
  rooms: string
  directMessages: string
  mentions(count: number): string
  unreadCount(count: number): string
  noConversations: string
  statuses: Record<'online' | 'away' | 'busy' | 'offline' | 'unknown', string>
  roles: Record<string, string>
  thread: string
  close: string
  noReplies: string
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

const kept = (queued: number): string =>
  queued === 0 ? '' : ` ${several(queued, 'message is', 'messages are')} kept and will be sent.`

const english: Words = {
  messages: 'Messages',
  conversations: 'Conversations',
  members: 'Members',
  search: 'Search results',
  today: 'Today',
  yesterday: 'Yesterday',
  newMessages: 'New',
  toNewest: (count) => (count === 0 ? 'To the newest' : several(count, 'new message', 'new messages')),
  toFirstNew: (count, since) =>
    `${several(count, 'new message', 'new messages')}${since === null ? '' : ` since ${since}`}`,
  markRead: 'Mark as read',
  beginning: 'This is where the conversation begins.',
  noMessages: 'Nobody has written here yet. Write the first message below.',
  loadingOlder: 'Loading older messages',
  notLoaded: 'The messages could not be loaded. Nothing is lost.',
  notLoadedYet: 'Nothing of this is loaded yet. It comes once there is a connection.',
  retry: 'Try again',
  discard: 'Discard',
  notSent: (reason) => `Not sent: ${reason} Your message is kept.`,
  edited: 'edited',
  pinned: 'Pinned',
  deleted: 'This message was deleted.',
  deletedByOther: 'This message was deleted by a moderator.',
  deletedAccount: 'Deleted account',
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
    `${isSlow ? 'Slow mode' : 'You are writing faster than the server takes it'}: ${several(count, 'message waits', 'messages wait')}. The next goes in ${spanOf(seconds)}.`,
  noCommand: (name) => `There is no command /${name} here.`,
  sendAsText: 'Send as text',
  suggestions: 'Suggestions',
  callsHere: 'Everybody online',
  callsRoom: 'Everybody in the room',
  typing: ([first = '', second, third]) =>
    third !== undefined
      ? 'Several people are typing'
      : second !== undefined
        ? `${first} and ${second} are typing`
        : `${first} is typing`,
  connecting: 'Connecting',
  offline: (queued) => `You are offline.${kept(queued)}`,
  away: (queued) => `The server cannot be reached.${kept(queued)}`,
  nextTry: (seconds) => `Next try in ${seconds} s.`,
  stopped: 'The connection has ended.',
  signInAgain: 'You are signed out. Sign in again to go on.',
  banned: 'This account is banned. Whoever runs this server can tell you more.',
  retryNow: 'Try now',
  unread: 'Unread',
  newRoom: 'New',
  unsent: 'Not sent',
  rooms: 'Rooms',
  directMessages: 'Direct messages',
  mentions: (count) => several(count, 'mention', 'mentions'),
  unreadCount: (count) => `${count} unread`,
  noConversations: 'You are in no room yet.',
  statuses: {
    online: 'Online',
    away: 'Away',
    busy: 'Busy',
    offline: 'Offline',
    unknown: 'Not known without a connection',
  },
  roles: { owner: 'Owner', admin: 'Admin', moderator: 'Moderator', member: 'Members' },
  thread: 'Thread',
  close: 'Close',
  noReplies: 'No replies yet.',
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

export const wordsOf: Record<Locale, Words> = { en: english, fr: french }
