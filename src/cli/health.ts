import { UserError } from '../kernel/user-error.ts'
import { loadConfig, parseBindAddress } from '../platform/config/index.ts'
import type { Command } from './command.ts'
import { parseFlags } from './flags.ts'

const timeout_ms = 5000

export const command: Command = {
  name: 'health',
  usage: 'health [flags]',
  short: 'Ask the running server whether it is healthy: exit code 0 or 1.',
  long: 'For container health checks: it reads the same configuration as serve and asks /health at that address.',
  run: async (args) => {
    const { server } = loadConfig(parseFlags(args, {}).source)
    const address = `${server.tls_cert === '' ? 'http' : 'https'}://${reachable(server.bind_addr)}/health`
    const status = await ask(address)
    if (status !== 200) throw new UserError(`${address} answers ${status}.`)
    console.log('ok')
    return 0
  },
}

/** Where a server on this address can be reached from the same machine. */
function reachable(bind_addr: string): string {
  const { host, port } = parseBindAddress(bind_addr)
  if (port === 0) throw new UserError('The server takes a free port (port 0): give the one it took by --port.')
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `${name.includes(':') ? `[${name}]` : name}:${port}`
}

async function ask(address: string): Promise<number> {
  try {
    // The certificate names the public host, not the loopback address that is asked here.
    const tls = { rejectUnauthorized: false }
    const { status } = await fetch(address, { tls, redirect: 'manual', signal: AbortSignal.timeout(timeout_ms) })
    return status
  } catch (error) {
    const reason = (error as Error).name === 'TimeoutError' ? `within ${timeout_ms / 1000} s` : ''
    throw new UserError(`${address} does not answer${reason === '' ? '' : ` ${reason}`}: is the server running?`)
  }
}
