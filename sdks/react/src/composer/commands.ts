import type { CompletionSource } from './completion.ts'

/** What a line that begins with `/` does in place of being sent. */
export interface Command {
  /** Without the sign, letters alone. */
  name: string
  /** What stands after it, such as "a topic". */
  takes?: string
  /** What it does, in a few words. */
  about: string
  /** With what stands after the name. */
  run(rest: string): unknown
}

/** `/` at the beginning. */
export const commandCompletion = (commands: readonly Command[]): CompletionSource => ({
  sign: '/',
  atStart: true,
  find: (query) =>
    commands
      .filter(({ name }) => name.startsWith(query.toLowerCase()))
      .map(({ name, takes, about }) => ({
        key: name,
        insert: `/${name}`,
        label: takes === undefined ? `/${name}` : `/${name} ${takes}`,
        detail: about,
      })),
})

/** The command that was written, or the text to send. Where there are commands, `//` writes a slash; what begins like a command and is none is text. */
export function readCommand(
  written: string,
  commands: readonly Command[],
): { command: Command; rest: string } | { text: string } {
  const text = written.trim()
  if (commands.length === 0 || !written.startsWith('/')) return { text }
  if (text.startsWith('//')) return { text: text.slice(1) }
  const [, name = '', rest = ''] = /^\/(\p{L}+)(?:\s+(.*))?$/su.exec(text) ?? []
  const command = commands.find((one) => one.name === name.toLowerCase())
  return command === undefined ? { text } : { command, rest }
}
