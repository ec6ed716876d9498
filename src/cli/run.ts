import { AppError } from '../kernel/errors.ts'
import { UserError } from '../kernel/user-error.ts'
import { type Command, UsageError } from './command.ts'

/** The commands by name. Each is loaded when it is asked for, so that none pays for the others. */
export type Commands = Record<string, () => Promise<{ command: Command }>>

/** Runs the command that the arguments name and returns the exit code: 0 done, 1 failed, 2 misused. */
export async function run(args: string[], commands: Commands, version: string): Promise<number> {
  try {
    return await dispatch(args, commands, version)
  } catch (error) {
    console.error(`veza-chat: ${sentence(error)}`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function dispatch([name, ...rest]: string[], commands: Commands, version: string): Promise<number> {
  if (name === '--version' || name === '-v' || name === 'version') return say(`veza-chat ${version}`)
  if (name === undefined) {
    console.error(await overview(commands))
    return 2
  }
  if (name === '--help' || name === '-h' || name === 'help')
    return say(rest[0] === undefined ? await overview(commands) : help(await find(rest[0], commands)))
  const command = await find(name, commands)
  const ends = rest.indexOf('--')
  const flags = ends === -1 ? rest : rest.slice(0, ends)
  return flags.includes('--help') || flags.includes('-h') ? say(help(command)) : await command.run(rest)
}

function say(text: string): number {
  console.log(text)
  return 0
}

async function find(name: string, commands: Commands): Promise<Command> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load !== undefined) return (await load()).command
  const { nearest } = await import('../platform/config/index.ts')
  const meant = nearest(name, Object.keys(commands))
  throw new UsageError(
    `There is no command "${name.slice(0, 60)}"${meant === undefined ? '; see veza-chat --help.' : `; did you mean "${meant}"?`}`,
  )
}

async function overview(commands: Commands): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map(async (load) => (await load()).command))
  const width = Math.max(...loaded.map(({ name }) => name.length))
  const lines = loaded.map(({ name, short }) => `  ${name.padEnd(width)}  ${short}`)
  return `Veza Chat: a self-hosted chat server.

Usage: veza-chat <command> [flags]

${lines.join('\n')}

  veza-chat help <command> says more; veza-chat --version prints the version.`
}

const help = ({ usage, short, long }: Command): string => `${short}

Usage: veza-chat ${usage}
${long === undefined ? '' : `\n${long.replace(/^\n/, '')}\n`}
Configuration flags of every command:
  --config FILE            the configuration file (default: CHAT_CONFIG, else config.toml if it exists)
  --host HOST, --port N    the address to listen on
  --data-dir DIR           the data directory
  --set SECTION.KEY=VALUE  any key of the configuration, as often as needed`

function sentence(error: unknown): string {
  if (error instanceof UserError || error instanceof AppError) return error.message
  if (!(error instanceof Error)) return `Something unexpected failed: ${String(error)}`
  if (process.env['CHAT_LOG_LEVEL'] === 'debug') return `Something unexpected failed: ${error.stack}`
  return `Something unexpected failed: ${error.message} (CHAT_LOG_LEVEL=debug shows where).`
}
