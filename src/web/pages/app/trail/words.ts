import type { Locale } from '../languages.ts'
import type { Attempt } from './attempts.ts'
import type { Facts } from './facts.ts'
import { french } from './words-fr.ts'

/** An action as one looks for it, and what somebody did who did it: it goes on after the name. */
export interface ActionWords {
  label: string
  done(facts: Facts): string
}

const several = (count: string, one: string, many: string) => (count === '1' ? `a ${one}` : `${count} ${many}`)

const actions = {
  'user.register': { label: 'Accounts created', done: () => 'created this account' },
  'user.create': { label: 'Accounts made by command', done: ({ target }) => `made the account of ${target}` },
  'user.promote': { label: 'Roles given by command', done: ({ target, role }) => `made ${target} ${role('role')}` },
  'user.update': { label: 'Profiles changed', done: ({ fields }) => `changed their own profile: ${fields()}` },
  'user.delete': { label: 'Accounts deleted', done: () => 'deleted their account' },
  'user.export': { label: 'Copies of one’s data', done: () => 'took a copy of all that is kept about them' },
  'user.block': {
    label: 'Blocks',
    done: ({ target, details }) => `${details['block'] === false ? 'unblocked' : 'blocked'} ${target}`,
  },
  'user.role': {
    label: 'Roles on the server',
    done: ({ target, role }) => `changed the role of ${target} from ${role('from')} to ${role('to')}`,
  },
  'user.ban': {
    label: 'Bans',
    done: ({ target, moment }) =>
      `banned ${target} ${moment('until') === null ? 'for good' : `until ${moment('until')}`}`,
  },
  'user.unban': { label: 'Bans lifted', done: ({ target }) => `ended the ban of ${target}` },
  'user.provision': {
    label: 'Accounts by an issuer',
    done: ({ text }) => `came for the first time, by ${text('issuer')}`,
  },
  'user.follow': { label: 'Changes at an issuer', done: ({ text }) => `was changed at ${text('issuer')}, and so here` },
  'session.begin': { label: 'Signing in', done: () => 'signed in' },
  'session.end': {
    label: 'Sessions ended',
    done: ({ person, text }) => `ended ${several(text('sessions'), 'session', 'sessions')} of ${person('user_id')}`,
  },
  'session.reuse': {
    label: 'Tokens used twice',
    done: ({ person }) => `used a token of ${person('user_id')} a second time`,
  },
  'password.change': { label: 'Passwords changed', done: () => 'changed their password' },
  'password.confirm': { label: 'Passwords asked for again', done: () => 'gave their password once more' },
  'password.forgot': {
    label: 'Passwords forgotten',
    done: ({ target }) => `said they forgot the password of ${target}`,
  },
  'password.reset_token': {
    label: 'Links to a new password',
    done: ({ target }) => `made a link to a new password for ${target}`,
  },
  'password.reset': { label: 'Passwords reset', done: ({ target }) => `set a new password for ${target}` },
  'second_factor.enable': { label: 'Second factors turned on', done: () => 'turned on a second factor' },
  'second_factor.disable': { label: 'Second factors turned off', done: () => 'turned off their second factor' },
  'second_factor.codes': { label: 'New backup codes', done: () => 'made new backup codes' },
  'second_factor.confirm': { label: 'Codes of a second factor', done: () => 'gave a code of their second factor' },
  'second_factor.reset': {
    label: 'Second factors taken away',
    done: ({ target }) => `took away the second factor of ${target}`,
  },
  'key.create': { label: 'API keys made', done: ({ text }) => `made the API key “${text('name')}”` },
  'key.revoke': { label: 'API keys revoked', done: ({ text }) => `revoked the API key ${text('prefix')}` },
  'key.use': { label: 'API keys refused', done: () => 'used an API key' },
  'bot.create': { label: 'Bots made', done: ({ text }) => `made the bot ${text('username')}` },
  'bot.update': { label: 'Bots changed', done: ({ target }) => `changed the bot ${target}` },
  'bot.delete': { label: 'Bots deleted', done: ({ text }) => `deleted the bot ${text('username')}` },
  'room.create': { label: 'Rooms created', done: ({ text }) => `created the room ${text('name')}` },
  'room.update': { label: 'Settings of rooms', done: ({ fields }) => `changed the room: ${fields()}` },
  'room.archive': {
    label: 'Archiving',
    done: ({ details }) => (details['archived'] === false ? 'brought the room back' : 'archived the room'),
  },
  'room.delete': { label: 'Rooms deleted', done: ({ text }) => `deleted the room ${text('name')}` },
  'invite.create': { label: 'Invites made', done: () => 'made an invite link' },
  'invite.revoke': { label: 'Invites revoked', done: () => 'revoked an invite link' },
  'member.join': {
    label: 'Joining',
    done: ({ text }) => (text('invite_id') === '' ? 'joined' : 'joined by an invite'),
  },
  'member.leave': { label: 'Leaving', done: () => 'left' },
  'member.add': { label: 'People added', done: ({ target, role }) => `added ${target} as ${role('role')}` },
  'member.role': {
    label: 'Roles in rooms',
    done: ({ target, role }) => `changed the role of ${target} here from ${role('from')} to ${role('to')}`,
  },
  'member.mute': {
    label: 'Mutes',
    done: ({ target, moment }) =>
      moment('until') === null ? `ended the mute of ${target}` : `muted ${target} until ${moment('until')}`,
  },
  'member.nickname': {
    label: 'Nicknames',
    done: ({ target, text }) =>
      text('to') === '' ? `took away the nickname of ${target}` : `gave ${target} the nickname “${text('to')}”`,
  },
  'member.kick': { label: 'People removed', done: ({ target }) => `removed ${target}` },
  'dm.create': { label: 'First direct messages', done: ({ person }) => `began to write with ${person('user_id')}` },
  'dm.block': {
    label: 'Blocks of direct messages',
    done: ({ person, details }) => `${details['block'] === false ? 'unblocked' : 'blocked'} ${person('user_id')}`,
  },
  'message.delete': { label: 'Messages deleted', done: ({ person }) => `deleted a message of ${person('author_id')}` },
  'message.pin': { label: 'Messages pinned', done: () => 'pinned a message' },
  'message.unpin': { label: 'Messages unpinned', done: () => 'unpinned a message' },
  'message.report': { label: 'Reports', done: ({ person }) => `reported a message of ${person('author_id')}` },
  'server.drain': { label: 'Servers stopped', done: () => 'sent everybody away and stopped a server' },
  'audit.omit': { label: 'Refusals left out', done: () => 'left out refusals of the minute before' },
} satisfies Record<string, ActionWords>

export type Action = keyof typeof actions

const english = {
  trail: 'Audit trail',
  about: 'Who did what here, the latest first. Nobody can change or delete any of it.',
  action: 'What was done',
  everything: 'Everything',
  outcome: 'How it ended',
  any_outcome: 'Any way',
  outcomes: { success: 'Done', failure: 'Failed', denied: 'Refused' } as Record<string, string>,
  who: 'Who did it',
  anybody: 'Anybody',
  choose_person: 'The beginning of a name',
  forget_person: (name: string) => `Not only ${name}`,
  from: 'From',
  to: 'To',
  refresh: 'Refresh',
  more: 'Show more',
  nothing: 'Nothing of the kind is in the trail.',
  /** Who has no name here: the command line, and what happens by itself. */
  server: 'The server',
  nobody: 'Somebody who was not signed in',
  user: (id: number) => `user ${id}`,
  numbered: (type: string, id: string) => `${({ room: 'room', dm: 'conversation', message: 'message', session: 'session', key: 'key' })[type] ?? type} ${id}`.trim(), // prettier-ignore
  in_room: (id: number) => `Room ${id}`,
  show_message: 'Show the message',
  tried: (action: string) => `tried: ${action}`,
  account: (name: string) => `Account: ${name}`,
  attempts: {
    write: 'tried to write',
    edit: 'tried to edit a message',
    delete: 'tried to delete a message',
    pin: 'tried to pin or unpin a message',
    react: 'tried to react',
    join: 'tried to join',
    create_room: 'tried to create a room',
    change_room: 'tried to change the room',
    delete_room: 'tried to delete the room',
    add_member: 'tried to add somebody',
    change_member: 'tried to change a member',
    remove_member: 'tried to remove a member',
    invite: 'tried to see, make or revoke invites',
    read_trail: 'tried to read the audit trail',
    read_figures: 'tried to see figures',
    direct_message: 'tried to write to somebody directly',
    type: 'began to write',
    search: 'tried to search',
    account: 'tried to see or change an account',
    own_account: 'tried to change something of their account',
    sign_in: 'tried to sign in',
    register: 'tried to create an account',
    new_password: 'tried to set a new password',
    key: 'tried to use an API key',
    connect: 'tried to connect',
    bots: 'tried to see or change bots or API keys',
  } as Record<Attempt, string>,
  reason: (text: string) => `Reason: ${text}`,
  address: (ip: string) => `from ${ip}`,
  request: (id: string) => `request ${id}`,
  change: (field: string, from: string, to: string) => `${field}: ${from} → ${to}`,
  none: 'none',
  yes: 'yes',
  no: 'no',
  roles: {
    guest: 'guest',
    user: 'user',
    moderator: 'moderator',
    admin: 'admin',
    owner: 'owner',
    member: 'member',
  } as Record<string, string>,
  fields: {
    name: 'name',
    slug: 'address',
    topic: 'topic',
    description: 'description',
    is_public: 'open to everybody',
    slow_mode_seconds: 'seconds of slow mode',
    max_members: 'most members',
    message_ttl_seconds: 'seconds until messages disappear',
    message_retention_days: 'days that messages are kept',
    display_name: 'display name',
    username: 'username',
    email: 'e-mail address',
    locale: 'language',
  } as Record<string, string>,
  codes: {
    PERMISSION_DENIED: 'they may not',
    USER_BANNED: 'they are banned',
    USER_MUTED: 'they are muted',
    CONVERSATION_BLOCKED: 'one has blocked the other',
    RATE_LIMIT_EXCEEDED: 'too often',
    INVALID_CREDENTIALS: 'wrong password or code',
    TWO_FACTOR_REQUIRED: 'the second factor was missing',
    ACCOUNT_LOCKED: 'too many wrong passwords',
    SESSION_REVOKED: 'their session has ended',
    INVALID_TOKEN: 'a token that is not good',
    ORIGIN_REFUSED: 'from a page that is not allowed',
    RESOURCE_CONFLICT: 'it is taken',
  } as Record<string, string>,
  actions: actions as Record<Action, ActionWords>,
}

export type TrailWords = typeof english

export const trail_words: Record<Locale, TrailWords> = { en: english, fr: french }

/** What there is of a room, as one looks for it. */
export const room_actions: readonly Action[] = [
  'message.delete',
  'message.pin',
  'message.unpin',
  'member.join',
  'member.leave',
  'member.add',
  'member.kick',
  'member.mute',
  'member.role',
  'member.nickname',
  'invite.create',
  'invite.revoke',
  'room.create',
  'room.update',
  'room.archive',
]
