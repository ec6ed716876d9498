import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Page {
  title: string
  noscript: string
}

/** Addresses that all pages have in common. */
export interface PageParts {
  icon: string
  manifest: string
  licences: string
  /** The script that the page waits for before it paints. */
  first: string
}

/** Addresses of a script with its styles, and of the chunks that it imports, which a browser would otherwise learn of one after the other. */
export interface Loaded {
  script: string
  styles: string[]
  chunks: string[]
}

const light = '#fbf9f5'
const dark = '#12151c'

export const colourSchemes = `<meta name="color-scheme" content="light dark">
<meta name="theme-color" data-scheme="light" media="(prefers-color-scheme: light)" content="${light}">
<meta name="theme-color" data-scheme="dark" media="(prefers-color-scheme: dark)" content="${dark}">`

/** A page around its script: without anything inline, so that the policy needs no exception. The files of the chat wait in it. */
export function html(page: Page, parts: PageParts, entrance: Loaded, chat?: Loaded): string {
  const { script, styles, chunks } = entrance
  // The first script is behind the style sheet: in front of it, the page took longer until one could type.
  const files = [
    ...styles.map((href) => `<link rel="stylesheet" href="${href}">`),
    ...chunks.map(preload),
    ...(chat === undefined ? [] : [chatFiles(chat, entrance)]),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
${colourSchemes}
<title>${page.title}</title>
${files.join('\n')}
<script src="${parts.first}"></script>
<script type="module" src="${script}"></script>
<link rel="icon" type="image/svg+xml" href="${parts.icon}">
<link rel="manifest" href="${parts.manifest}">
<link rel="license" href="${parts.licences}">
</head>
<body>
<noscript>${page.noscript}</noscript>
<div id="app"></div>
</body>
</html>
`
}

const isIn = ({ script, chunks }: Loaded, file: string): boolean => file === script || chunks.includes(file)

const preload = (href: string) => `<link rel="modulepreload" href="${href}">`
/** Fetched by a script (`fetchChat`): of a preload that fails, a browser may keep the failure for as long as the page lives. */
const fetched = (href: string) => `<link data-script href="${href}">`

/** What the entrance does without. A browser leaves alone what is in a template, until a script puts it into the page. */
const chatFiles = ({ script, styles, chunks }: Loaded, entrance: Loaded): string =>
  `<template id="chat-files">
${[script, ...chunks.filter((chunk) => !isIn(entrance, chunk))].map(fetched).join('\n')}
${styles.map((href) => `<link rel="stylesheet" data-of="chat" href="${href}">`).join('\n')}
</template>`

/** What a device shows of the app once it is installed. */
export const manifest = (icon: string): string =>
  JSON.stringify({
    name: 'Veza Chat',
    short_name: 'Veza',
    id: '/',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: light,
    theme_color: light,
    icons: [{ src: icon, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
  })

/** The licences of the packages that some of the sources come from, which go with what is made of them. */
export function licencesOf(root: string, inputs: readonly string[]): string {
  const packages = inputs.flatMap((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
  const texts = [...new Set(packages)].toSorted().map((name) => {
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt']
      .map((file) => join(root, 'node_modules', name, file))
      .find((path) => existsSync(path))
    if (file === undefined) throw new Error(`${name} is bundled, and brings no licence.`)
    return `${name}\n\n${readFileSync(file, 'utf8').trim()}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}
