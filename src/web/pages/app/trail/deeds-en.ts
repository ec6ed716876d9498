import type { Facts } from './facts.ts'

/** An action as one looks for it, and what somebody did who did it: it goes on after the name. */
export interface ActionWords {
  label: string
  done(facts: Facts): string
}

const several = (count: string, one: string, many: string) => (count === '1' ? one : `${count} ${many}`)
const withArticle = (noun: string) => `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`
const withFields = (said: string, fields: string) => (fields === '' ? said : `${said}: ${fields}`)

/** Why sessions ended, where it is not that somebody wanted just that. */
const ends: Record<string, string> = {
  password: 'because the password was changed',
  reset: 'because a new password was set',
  reuse: 'because a sign-in token was used twice',
  limit: 'because there were too many',
  banned: 'because the account was banned',
  deleted: 'because the account was deleted',
}

function sessionsEnded({ is_own, person, text }: Facts): string {
  const sessions = several(text('sessions'), 'one session', 'sessions')
  const said = is_own ? `signed out of ${sessions}` : `signed ${person('user_id')} out of ${sessions}`
  const why = ends[text('reason')]
  return why === undefined ? said : `${said}, ${why}`
}

function signedIn({ person, text }: Facts): string {
  if (text('by') === 'cli') return `made a sign-in for ${person('user_id')}`
  return text('issuer') === '' ? 'signed in' : `signed in through ${text('issuer')}`
}

function followed({ target, details, role, text }: Facts): string {
  const name = details['renamed'] === true ? 'a new name' : ''
  const rank = text('role') === '' ? '' : `the role of ${role('role')}`
  const what = [name, rank].filter((part) => part !== '').join(' and ')
  return `${what === '' ? `changed the account of ${target}` : `gave ${target} ${what}`}, as ${text('issuer')} says`
}

function nicknamed({ is_own, target, text }: Facts): string {
  const name = text('to')
  if (is_own) return name === '' ? 'went back to having no nickname here' : `took the nickname “${name}” here`
  return name === '' ? `took away the nickname of ${target}` : `gave ${target} the nickname “${name}”`
}

export const actions = {
  'user.register': { label: 'Accounts created', done: () => 'created an account' },
  'user.create': {
    label: 'Accounts created on the command line',
    done: ({ target }) => `created the account of ${target}`,
  },
  'user.promote': {
    label: 'Roles given on the command line',
    done: ({ target, role }) => `made ${target} ${withArticle(role('role'))}`,
  },
  'user.update': { label: 'Profiles changed', done: ({ fields }) => withFields('changed their profile', fields()) },
  'user.delete': { label: 'Accounts deleted', done: () => 'deleted their account' },
  'user.export': { label: 'Copies of personal data', done: () => 'took a copy of everything that is kept about them' },
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
  'user.unban': {
    label: 'Bans lifted',
    done: ({ target, text }) =>
      text('reason') === 'over' ? `let ${target} in again, because the ban was over` : `lifted the ban of ${target}`,
  },
  'user.provision': {
    label: 'Accounts created by a login service',
    done: ({ text }) => `signed in through ${text('issuer')} for the first time, and so got an account`,
  },
  'user.follow': { label: 'Names and roles from a login service', done: followed },
  'session.begin': { label: 'Signing in', done: signedIn },
  'session.end': { label: 'Signing out', done: sessionsEnded },
  'session.reuse': {
    label: 'Sign-in tokens used twice',
    done: ({ person }) => `used a sign-in token of ${person('user_id')} a second time`,
  },
  'password.change': { label: 'Passwords changed', done: () => 'changed their password' },
  'password.confirm': { label: 'Passwords asked for again', done: () => 'confirmed their password' },
  'password.forgot': {
    label: 'Passwords forgotten',
    done: ({ target }) => `asked for a new password for ${target === '' ? 'an e-mail address' : target}`,
  },
  'password.reset_token': {
    label: 'Links to a new password',
    done: ({ target }) => `made a link to a new password for ${target}`,
  },
  'password.reset': {
    label: 'Passwords reset',
    done: ({ is_own, target }) =>
      is_own ? 'set a new password through a link that they were given' : `set a new password for ${target}`,
  },
  'second_factor.enable': { label: 'Second factors turned on', done: () => 'turned on a second factor' },
  'second_factor.disable': { label: 'Second factors turned off', done: () => 'turned off their second factor' },
  'second_factor.codes': { label: 'New backup codes', done: () => 'made new backup codes' },
  'second_factor.confirm': { label: 'Codes of a second factor', done: () => 'gave a code of their second factor' },
  'second_factor.reset': {
    label: 'Second factors taken away',
    done: ({ target }) => `took away the second factor of ${target}`,
  },
  'key.create': { label: 'API keys made', done: ({ text }) => `made the API key “${text('name')}”` },
  'key.revoke': {
    label: 'API keys revoked',
    done: ({ text }) => `revoked the API key that begins with ${text('prefix')}`,
  },
  'key.use': { label: 'API keys refused', done: () => 'used an API key' },
  'bot.create': { label: 'Bots made', done: ({ text }) => `made the bot ${text('username')}` },
  'bot.update': {
    label: 'Bots changed',
    done: ({ target, fields }) => withFields(`changed the bot ${target}`, fields()),
  },
  'bot.delete': { label: 'Bots deleted', done: ({ text }) => `deleted the bot ${text('username')}` },
  'room.create': { label: 'Rooms created', done: ({ text }) => `created the room ${text('name')}` },
  'room.update': { label: 'Settings of rooms', done: ({ fields }) => withFields('changed the room', fields()) },
  'room.archive': {
    label: 'Archiving',
    done: ({ details }) => (details['archived'] === false ? 'opened the room again' : 'archived the room'),
  },
  'room.delete': { label: 'Rooms deleted', done: ({ text }) => `deleted the room ${text('name')}` },
  'invite.create': { label: 'Invites made', done: () => 'made an invite link' },
  'invite.revoke': { label: 'Invites revoked', done: () => 'revoked an invite link' },
  'member.join': {
    label: 'Joining',
    done: ({ text }) => (text('invite_id') === '' ? 'joined the room' : 'joined the room through an invite link'),
  },
  'member.leave': { label: 'Leaving', done: () => 'left the room' },
  'member.add': {
    label: 'People added',
    done: ({ target, role }) => `added ${target} to the room as ${withArticle(role('role'))}`,
  },
  'member.role': {
    label: 'Roles in rooms',
    done: ({ target, role }) => `changed the role of ${target} in the room from ${role('from')} to ${role('to')}`,
  },
  'member.mute': {
    label: 'Mutes',
    done: ({ target, moment }) =>
      moment('until') === null ? `ended the mute of ${target}` : `muted ${target} until ${moment('until')}`,
  },
  'member.nickname': { label: 'Nicknames', done: nicknamed },
  'member.kick': { label: 'People removed', done: ({ target }) => `removed ${target} from the room` },
  'dm.create': {
    label: 'First direct messages',
    done: ({ person }) => `began a conversation with ${person('user_id')}`,
  },
  'dm.block': {
    label: 'Blocks of direct messages',
    done: ({ person, details }) => `${details['block'] === false ? 'unblocked' : 'blocked'} ${person('user_id')}`,
  },
  'message.delete': {
    label: 'Messages deleted',
    done: ({ is_own, person }) =>
      is_own ? 'deleted one of their messages' : `deleted a message of ${person('author_id')}`,
  },
  'message.pin': { label: 'Messages pinned', done: () => 'pinned a message' },
  'message.unpin': { label: 'Messages unpinned', done: () => 'unpinned a message' },
  'message.report': {
    label: 'Reports',
    done: ({ person }) => `reported a message of ${person('author_id')} to the moderators`,
  },
  'server.drain': { label: 'Servers stopped', done: () => 'disconnected everybody and stopped a server' },
  'audit.omit': {
    label: 'Refusals left out',
    done: () => 'left some refusals of the last minute out of this list, because there were too many',
  },
} satisfies Record<string, ActionWords>

export type Action = keyof typeof actions
