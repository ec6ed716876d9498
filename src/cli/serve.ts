import { constants } from 'node:os'

import { createApp } from '../app.ts'
import { UserError } from '../kernel/user-error.ts'
import { type Config, loadConfig, resolveSecrets } from '../platform/config/index.ts'
import { createLog } from '../platform/log/index.ts'
import { type Command, UsageError } from './command.ts'
import { parseFlags } from './flags.ts'

const repeated_signal_ms = 100

export const command: Command = {
  name: 'serve',
  usage: 'serve [flags]',
  short: 'Run the server.',
  long: `Without any configuration it listens on 127.0.0.1:8080 and keeps its own PostgreSQL in ./data.
SIGTERM, SIGINT and POST /api/v1/admin/drain stop it gently: clients are sent away, what was begun is finished. A signal after that ends it at once.`,
  run: async (args) => {
    const { positionals, source } = parseFlags(args, {})
    // npm hands on what stands behind its own flags: "npm start --port 9000" arrives as "serve 9000".
    if (positionals.length > 0)
      throw new UsageError(
        `serve takes no "${positionals[0]}"; flags of npm start come after "--": npm start -- --port 9000.`,
      )
    const config = resolveSecrets(loadConfig(source))
    const log = createLog(config.log)
    const stopped = Promise.withResolvers<UserError | null>()
    let asked = 0
    const stop = () => {
      if (asked > 0) return
      asked = performance.now()
      log.info('Stopping')
      stopped.resolve(null)
    }
    const onSignal = (signal: NodeJS.Signals) => {
      // A signal to a whole process group comes twice: directly, and handed on by npm.
      if (asked > 0 && performance.now() - asked > repeated_signal_ms) process.exit(128 + constants.signals[signal])
      stop()
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
    process.on('SIGHUP', onSignal)
    // One forgotten promise must not take everybody's connection down; it is a defect all the same.
    process.on('unhandledRejection', (error) => log.error('A rejection was not handled', { error }))
    // The database driver throws from a timer of its own when a connection is cut within a transaction; the transaction itself is told.
    process.on('uncaughtException', (error) => log.error('An error was not handled', { error }))

    const app = await createApp(config, { log, onFatal: stopped.resolve, onDrain: stop })
    log.info('Listening', { url: app.url, database: app.database.kind, data: app.database.where })
    if (config.server.environment === 'development' && asked === 0) greet(config, app)

    const reason = await stopped.promise
    await app.close()
    log.info('Stopped')
    await log.flush()
    if (reason !== null) throw reason
    return 0
  },
}

/** For people, beside the log, and so not on the log's stream. */
function greet({ server, features }: Config, app: { url: string; database: { kind: string; where: string } }): void {
  const url = app.url.replace(/\/\/(0\.0\.0\.0|127\.0\.0\.1)(?=:)/, '//localhost')
  // On a terminal the runtime shows console.error in red.
  const next = features.web_app
    ? `Next: open ${url} in a browser and sign up.`
    : `Next: create an account, which answers with an access token,

    curl -s ${url}/api/v1/auth/register -H 'content-type: application/json' -d '{"username": "ada", "password": "correct horse battery"}'

  then open ${url.replace('http', 'ws')}/ws and send {"type": "authenticate", "data": {"token": "<access_token>"}}
  and {"type": "join_room", "data": {"room_id": "general"}}.`
  const playground = (features.playground ?? true) ? `, every command can be tried at ${url}/playground` : ''
  process.stderr.write(`
  Veza Chat listens on ${url}
  Data lives in ${server.data_dir}${app.database.kind === 'embedded' ? `, with its own PostgreSQL in ${app.database.where}` : `, and in PostgreSQL at ${app.database.where}`}

  ${next}
  The REST API is at ${url}/docs${playground}. Stop with Ctrl-C.

`)
}
