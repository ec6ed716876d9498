import { version } from '../package.json'
import { run } from './cli/run.ts'

const commands = {
  serve: () => import('./cli/serve.ts'),
  migrate: () => import('./cli/migrate.ts'),
  user: () => import('./cli/user.ts'),
  token: () => import('./cli/token.ts'),
  keys: () => import('./cli/keys.ts'),
  audit: () => import('./cli/audit.ts'),
  config: () => import('./cli/config.ts'),
  openapi: () => import('./cli/openapi.ts'),
  asyncapi: () => import('./cli/asyncapi.ts'),
  health: () => import('./cli/health.ts'),
}

process.exit(await run(process.argv.slice(2), commands, version))
