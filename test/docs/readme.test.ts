import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { connect } from '../services/client.ts'
import { startServer } from '../services/server.ts'

setDefaultTimeout(60_000)

test('`chat.mjs` of the README says what was typed before it was in the room, and shows what others say', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../../README.md')).text()
  const [, program = ''] = /Put this into `chat\.mjs`:\n\n```js\n([^]*?)```/.exec(readme) ?? []
  const server = await startServer()
  const [ada, grace] = [await server.register('ada'), await server.register('grace')]
  const socket = await connect(server, { token: grace.token })
  await socket.command('join_room', { room_id: 'general' })
  const folder = mkdtempSync(join(tmpdir(), 'veza-readme-'))
  const file = join(folder, 'chat.mjs')
  await Bun.write(file, program.replace('localhost:8080', new URL(server.url).host))
  const child = Bun.spawn([process.execPath, file], { env: { ...process.env, TOKEN: ada.token }, stdio: ['pipe', 'pipe', 'inherit'] }) // prettier-ignore
  try {
    await child.stdin.write('typed too early\n')
    await child.stdin.flush()
    expect((await socket.next('room_message')).data).toMatchObject({ username: 'ada', content: 'typed too early' })
    await socket.command('send_message', { room_id: 'general', content: 'tea is served' })
    const shown = new TextDecoder()
    let text = ''
    for await (const part of child.stdout) {
      text += shown.decode(part, { stream: true })
      if (text.includes('grace: tea is served\n')) break
    }
    // With the end of its input it goes, and what it was given last has been said.
    await child.stdin.write('and off\n')
    await child.stdin.end()
    expect((await socket.next(({ type, data }) => type === 'room_message' && data.content === 'and off')).data).toMatchObject({ username: 'ada' }) // prettier-ignore
    expect(await child.exited).toBe(0)
    expect(text).toBe('You are in General; type something.\nada: typed too early\ngrace: tea is served\n')
  } finally {
    child.kill()
    await child.exited
    await socket.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
