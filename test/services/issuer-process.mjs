// An issuer of tokens in a process of its own: keys of three kinds, which it can change, and every way to serve them badly.
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const keys = new Map()
let mode = 'good'
let max_age = null
let fetches = 0

async function addKey(alg, kid) {
  const pair = await generateKeyPair(alg, { extractable: true })
  keys.set(kid, { alg, ...pair, jwk: { ...(await exportJWK(pair.publicKey)), alg, kid, use: 'sig' } })
}
for (const alg of ['RS256', 'ES256', 'EdDSA']) await addKey(alg, alg.toLowerCase())

const commands = {
  mint: ({ kid, claims, header = {} }) => {
    const { alg, privateKey } = keys.get(kid)
    return new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
  },
  add: async ({ alg, kid }) => addKey(alg, kid),
  drop: ({ kid }) => keys.delete(kid),
  serve: (wanted) => {
    mode = wanted.mode
    max_age = wanted.max_age ?? null
  },
  jwk: ({ kid }) => keys.get(kid).jwk,
  fetches: () => fetches,
}

const set = () => JSON.stringify({ keys: [...keys.values()].map(({ jwk }) => jwk) })

function serve(request, response) {
  fetches += 1
  switch (mode) {
    case 'down':
      return response.socket.destroy()
    case 'silent':
      return undefined
    case 'failing':
      return response.writeHead(500).end()
    case 'huge':
      return response.end(`{"keys": [], "more": "${'x'.repeat(1_000_000)}"}`)
    case 'many':
      return response.end(JSON.stringify({ keys: Array.from({ length: 1000 }, () => ({ kty: 'RSA' })) }))
    case 'garbage':
      return response.end('<html>')
    case 'secret':
      return response.end(JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'rs256' }] }))
    case 'private':
      return response.writeHead(302, { location: 'http://169.254.169.254/keys' }).end()
    case 'moved':
      return request.url === '/keys' ? response.writeHead(302, { location: '/moved' }).end() : response.end(set())
    default:
      return response
        .writeHead(200, max_age === null ? {} : { 'cache-control': `public, max-age=${max_age}` })
        .end(set())
  }
}

const server = createServer(async (request, response) => {
  const command = commands[request.url.slice(1)]
  if (command === undefined) return serve(request, response)
  let text = ''
  for await (const chunk of request) text += chunk
  return response.end(JSON.stringify((await command(JSON.parse(text))) ?? null))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
// The test run has ended, however.
process.stdin.on('end', () => process.exit()).resume()
