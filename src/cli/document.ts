import { writeFileSync } from 'node:fs'

import { describeServer } from '../app/documents.ts'
import { UserError } from '../kernel/user-error.ts'
import { loadConfig } from '../platform/config/index.ts'
import { type Command, UsageError } from './command.ts'
import { parseFlags } from './flags.ts'

/** A command that prints what a server would serve at an address, without a server and without a database. */
export const documentCommand = (name: 'openapi' | 'asyncapi', what: string): Command => ({
  name,
  usage: `${name} [--out FILE] [flags]`,
  short: `Print ${what}.`,
  long: `It is what the server serves at /${name}.json; server.public_url is in it.

  --out FILE               write to a file instead`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, { out: { type: 'string' } })
    if (positionals.length > 0) throw new UsageError(`Usage: veza-chat ${name} [--out FILE] [flags]`)
    const documents = describeServer(loadConfig(source))
    const text = `${JSON.stringify(documents[`/${name}.json`](), null, 2)}\n`
    if (values.out === undefined) {
      // A pipe takes half a megabyte in pieces, and the process ends after this.
      await Bun.write(Bun.stdout, text)
      return 0
    }
    try {
      writeFileSync(values.out, text)
    } catch (error) {
      throw new UserError(`${values.out} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
    }
    return 0
  },
})
