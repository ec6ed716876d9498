import { locales, type Locale } from '../kernel/errors.ts'
import { colourSchemes } from './html.ts'

/** Addresses of what the page of a lost visitor has in common with the app. */
export interface LostParts {
  icon: string
  styles: readonly string[]
  /** Knows which language and which theme were chosen on the device. */
  script: string
}

const texts: Record<Locale, { title: string; says: string; way: string }> = {
  en: {
    title: 'There is no such page',
    says: 'The address may be mistyped, or what was here is gone.',
    way: 'Open the chat',
  },
  fr: {
    title: 'Cette page n’existe pas',
    says: 'L’adresse contient peut-être une faute, ou ce qui était ici n’est plus là.',
    way: 'Ouvrir la discussion',
  },
}

/** What people see at an address that leads nowhere. It has all its words in it and says those of its `lang`, so it needs no script. */
export const lostPage = (locale: Locale, { icon, styles, script }: LostParts): string => `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
${colourSchemes}
<title>${texts[locale].title} – Veza Chat</title>
${styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n')}
<script src="${script}"></script>
<link rel="icon" type="image/svg+xml" href="${icon}">
</head>
<body>
<main class="app-door">
${locales.map(panel).join('\n')}
</main>
</body>
</html>
`

const panel = (locale: Locale): string => {
  const { title, says, way } = texts[locale]
  return `<div class="app-door-panel" lang="${locale}">
<p class="app-brand">Veza</p>
<h1>${title}</h1>
<p class="app-muted">${says}</p>
<a class="app-button app-button-main" href="/">${way}</a>
</div>`
}

/** Whether somebody looks at it who reads: a browser that opens an address asks for HTML by name, a program takes anything. */
export function isVisit(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  if (/^\/(?:api|ws|docs|assets)(?:\/|$)/.test(new URL(request.url).pathname)) return false
  const accepted = request.headers.get('accept')?.toLowerCase().split(',') ?? []
  return accepted.some((range) => /^\s*text\/html\s*(?:;(?!\s*q=0(?:\.0*)?\s*$)|$)/.test(range))
}
