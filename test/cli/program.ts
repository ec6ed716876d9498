import { join } from 'node:path'

export const main = join(import.meta.dir, '../../src/main.ts')

/** Runs the program with none of the variables of this process but PATH. */
export async function veza(
  args: string[],
  { env = {}, cwd = '/' }: { env?: Record<string, string>; cwd?: string } = {},
) {
  const child = Bun.spawn([process.execPath, main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { out, err, code }
}
