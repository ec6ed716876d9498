import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Email, Password, Username } from '../features/accounts/index.ts'
import { AppError } from '../kernel/errors.ts'
import { type Role, roleNames } from '../kernel/permissions.ts'
import { UserError } from '../kernel/user-error.ts'
import { createSecret } from '../platform/crypto/index.ts'
import { type Command, UsageError } from './command.ts'
import { withDatabase } from './database.ts'
import { parseFlags } from './flags.ts'

export const command: Command = {
  name: 'user',
  usage: 'user create|promote|reset-password|reset-2fa <name> [flags]',
  short: 'Create a user, give one another role, or let one in again.',
  long: `
  create <name>            works also while registration is closed
    --password-stdin       read the password from standard input; without it one is made and shown once
    --email ADDRESS
    --role ROLE            guest, user (default), moderator or admin
  promote <name>
    --role ROLE            default: admin
  reset-password <name>    prints a token by which the user sets a new password, once, and the link with it where
                           server.public_url is set
    --password-stdin       sets the password read from standard input instead, and ends all sessions
  reset-2fa <name>         takes away the second factor of a user who lost it`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, {
      'password-stdin': { type: 'boolean' },
      email: { type: 'string' },
      role: { type: 'string' },
    })
    const [action, name, extra] = positionals
    if (name === undefined || extra !== undefined) throw new UsageError(`Usage: veza-chat ${command.usage}`)
    switch (action) {
      case 'create':
        return create(source, {
          name,
          email: values.email,
          role: roleOf(values.role ?? 'user'),
          stdin: values['password-stdin'] === true,
        })
      case 'promote':
        return promote(source, name, roleOf(values.role ?? 'admin'))
      case 'reset-password':
        return resetPassword(source, name, values['password-stdin'] === true)
      case 'reset-2fa':
        return resetSecondFactor(source, name)
      default:
        throw new UsageError(`user has no "${action}"; it has create, promote, reset-password and reset-2fa.`)
    }
  },
}

type Source = Parameters<typeof withDatabase>[0]

interface Wanted {
  name: string
  email: string | undefined
  role: Role
  stdin: boolean
}

async function create(source: Source, { name, email, role, stdin }: Wanted): Promise<number> {
  const password = stdin ? await firstLine() : createSecret(15)
  requireFit('The name', Username, name)
  requireFit('The password', Password, password)
  if (email !== undefined) requireFit('The address', Email, email)
  const wanted = { username: name, password, role, ...(email === undefined ? {} : { email }) }
  const user = await withDatabase(source, ({ accounts }) => accounts.create(wanted).catch(explain(name)))
  console.log(`Created ${user.username} (id ${user.id}, role ${user.role}).`)
  if (!stdin) console.log(`Password, shown only now: ${password}`)
  return 0
}

async function promote(source: Source, name: string, role: Role): Promise<number> {
  const user = await withDatabase(source, ({ accounts }) => accounts.promote(name, role).catch(explain(name)))
  console.log(`${user.username} (id ${user.id}) now has the role ${user.role}.`)
  return 0
}

async function resetPassword(source: Source, name: string, stdin: boolean): Promise<number> {
  if (stdin) {
    const password = await firstLine()
    requireFit('The password', Password, password)
    await withDatabase(source, ({ accounts }) => accounts.setPasswordOf(name, password).catch(explain(name)))
    console.log(`${name} has the new password; all sessions have ended.`)
    return 0
  }
  const { issued, config } = await withDatabase(source, async ({ accounts, config }) => ({
    issued: await accounts.issueResetFor(name).catch(explain(name)),
    config,
  }))
  const { reset_token, expires_at } = issued
  const { public_url } = config.server
  // The page is where the web app is, at the root.
  if (public_url !== '' && config.features.web_app)
    console.log(`Link, shown only now: ${new URL(`/reset#${reset_token}`, public_url).href}`)
  console.log(`Token, shown only now: ${reset_token}
Good for one use until ${expires_at}: POST /api/v1/auth/password/reset
  {"token": "<token>", "new_password": "<8 characters or more>"}, and "totp_code" where a second factor is on`)
  return 0
}

async function resetSecondFactor(source: Source, name: string): Promise<number> {
  const was_on = await withDatabase(source, ({ accounts }) => accounts.resetSecondFactor(name).catch(explain(name)))
  console.log(was_on ? `${name} signs in without a second factor now.` : `${name} has no second factor.`)
  return 0
}

function roleOf(text: string): Role {
  const role = roleNames.find((name) => name === text)
  if (role === undefined) throw new UsageError(`There is no role "${text}"; the roles are ${roleNames.join(', ')}.`)
  return role
}

function requireFit(what: string, schema: TSchema, value: string): void {
  if (!Value.Check(schema, value)) throw new UserError(`${what} ${String(schema['error'])}.`)
}

/** Codes meant for clients, as sentences for the operator. */
export const explain =
  (name: string) =>
  (cause: unknown): never => {
    if (!(cause instanceof AppError)) throw cause
    const { code, details } = cause
    if (code === 'USER_NOT_FOUND') throw new UserError(`There is no user "${name}".`)
    if (code === 'USER_BANNED') throw new UserError(`The user "${name}" is banned.`)
    if (code === 'RESOURCE_CONFLICT' && details !== undefined && 'reason' in details)
      throw new UserError(`${name}: ${String(details['reason'])}.`)
    if (code === 'RESOURCE_CONFLICT') throw new UserError(`The name "${name}" is taken.`)
    const [first] = Array.isArray(details) ? details : []
    throw first === undefined ? cause : new UserError(`The ${String(first['field'])} ${String(first['reason'])}.`)
  }

async function firstLine(): Promise<string> {
  const [line = ''] = (await Bun.stdin.text()).split(/\r?\n/, 1)
  return line
}
