import type { CompletionSource } from './completion.ts'

/** What a line that begins with `/` does in place of being sent. */
export interface Command {
  /** Without the sign, letters alone. */
  name: string
  /** What stands after it, such as "a topic". */
  takes?: string
  /** What it does, in a few words. */
  about: string
  /** With what stands after the name. `false` leaves in the composer what was written. */
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

export type Read = { command: Command; rest: string } | { unknown: string; text: string } | { text: string }

/**
 * The command that was written, or the text to send. Where there are commands, `//` writes a slash, and a slash and a word that is no command is nothing that anybody should read by
 * mistake; what goes on behind the word without a blank, such as a path, is text.
 */
export function readCommand(written: string, commands: readonly Command[]): Read {
  const text = written.trim()
  if (commands.length === 0 || !written.startsWith('/')) return { text }
  if (text.startsWith('//')) return { text: text.slice(1) }
  const [, name, rest = ''] = /^\/(\p{L}[\p{L}\p{N}_-]*)(?:\s+(.*))?$/su.exec(text) ?? []
  if (name === undefined) return { text }
  const command = commands.find((one) => one.name === name.toLowerCase())
  return command === undefined ? { unknown: name, text } : { command, rest }
}
