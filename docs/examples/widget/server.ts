import { SignJWT } from 'jose'

const { CHAT_SECRET, CHAT_URL = 'http://localhost:8080', PORT = '3000' } = process.env
if (!CHAT_SECRET) throw new Error('CHAT_SECRET is the secret of this issuer in the configuration of the chat.')
const key = new TextEncoder().encode(CHAT_SECRET)
const page = await Bun.file(new URL('index.html', import.meta.url)).text()
const users: Record<string, string> = { ada: 'Ada Lovelace', bob: 'Bob Noyce' }

const site = Bun.serve({
  port: PORT,
  routes: {
    '/': () => new Response(page.replaceAll('http://localhost:8080', CHAT_URL), { headers: { 'content-type': 'text/html' } }), // prettier-ignore
    // In place of the sign-in that your product has.
    '/sign-in/:id': ({ params, cookies }) => {
      cookies.set('user', params.id, { httpOnly: true, sameSite: 'lax' })
      return Response.redirect('/')
    },
    '/chat-token': async ({ cookies }) => {
      const id = cookies.get('user') ?? ''
      if (!Object.hasOwn(users, id)) return new Response(null, { status: 401 })
      const token = new SignJWT({ sub: id, name: users[id] }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt()
      return Response.json({ token: await token.setIssuer('http://localhost:3000').setAudience('chat').setExpirationTime('15m').sign(key) }) // prettier-ignore
    },
  },
})
console.log(`The sample is at ${site.url}`)
