import { SignJWT } from 'jose'

import { configured } from '../platform/config/files.ts'

const secret = 'x'.repeat(48)
const issuer = 'https://app.example.com'

/** The part of the configuration that lets pages of these origins sign their users in. */
export const letsIn = (...origins: string[]) => {
  const toml = `[[security.issuers]]\nname = "host"\nissuer = "${issuer}"\naudience = "chat"\nsecret = "${secret}"`
  return { issuers: configured({ toml }).config.security.issuers, allowed_origins: origins }
}

export const tokenFor = (name: string, life = '15m'): Promise<string> =>
  new SignJWT({ sub: name, name })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience('chat')
    .setIssuedAt()
    .setExpirationTime(life)
    .sign(new TextEncoder().encode(secret))

export interface Shown {
  body: string
  /** Of a script of the page's own. */
  script?: string
  policy?: string
  /** Default: a box of 500 px. */
  styles?: string
  head?: string
  lang?: string
}

const usual_styles = '#box { height: 500px }'

/** A site of somebody else's: any page one gives it, and `/chat-token?name=ada` for whoever that is. */
export function startHost() {
  let shown: Shown = { body: '' }
  let asked = 0
  let answer: (name: string) => Response | Promise<Response> = async (name) =>
    Response.json({ token: await tokenFor(name) })
  const usual = answer
  const site = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname === '/chat-token') {
        asked++
        return answer(searchParams.get('name') ?? '')
      }
      if (pathname === '/host.js')
        return new Response(shown.script ?? '', { headers: { 'content-type': 'text/javascript' } })
      if (pathname === '/host.css')
        return new Response(shown.styles ?? usual_styles, { headers: { 'content-type': 'text/css' } })
      const html = `<!doctype html><html lang="${shown.lang ?? 'en'}"><title>Host</title><link rel="icon" href="data:,">${shown.head ?? ''}<body>${shown.body}<script src="/host.js"></script></body></html>`
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': shown.policy ?? '' }
      return new Response(html, { headers })
    },
  })
  return {
    url: `http://localhost:${site.port}`,
    show: (page: Shown) => {
      shown = page
      asked = 0
      answer = usual
    },
    /** How often a token was asked for since `show`. */
    asked: () => asked,
    answers: (other: typeof answer | null) => {
      answer = other ?? usual
    },
    close: () => site.stop(true),
  }
}
