import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

const here = import.meta.dir

/** What a page may do: nothing inline, nothing of others. Sockets and requests go to the server under test. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src http://127.0.0.1:* ws://127.0.0.1:* http://localhost:8080 ws://localhost:8080; base-uri 'none'; form-action 'none'"

export interface Served {
  url: string
  close(): Promise<void>
}

export interface Bundled {
  /** A file beside this one. */
  entry: string
  /** Packages in place of others, such as `preact/compat` of `react`. */
  instead?: Record<string, string>
  /** Of React: for production, when nothing is said. */
  mode?: 'development'
  /** Sources that are in no file, by their path. */
  files?: Record<string, string>
}

type Framework = Pick<Bundled, 'instead' | 'mode'>

const packages = ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime']
const react18 = Object.fromEntries(packages.map((path) => [path, path.replace(/^react(-dom)?/, '$&-18')]))
const preact = { react: 'preact/compat', 'react-dom/client': 'preact/compat/client', 'react-dom': 'preact/compat', 'react/jsx-runtime': 'preact/jsx-runtime' } // prettier-ignore

type Row = [string, Framework]
const react: Row = ['React', {}]
const strict18: Row = ['React 18, strict', { instead: react18, mode: 'development' }]

/** Two versions of React, also as strict as they are in development: they mount twice, call twice, and warn. */
export const reacts: Row[] = [react, ['React, strict', { mode: 'development' }], ['React 18', { instead: react18 }], strict18] // prettier-ignore

/** What has the server behind it takes its time. */
export const oldest_and_newest: Row[] = [react, strict18]

/** The pages run on all: the widget has Preact in place of React. */
export const frameworks: Row[] = [react, strict18, ['preact/compat', { instead: preact }]]

/** A page of one script and one style sheet, bundled and served. */
export async function serve({ entry, instead = {}, mode, files }: Bundled): Promise<Served> {
  const built = await Bun.build({
    entrypoints: [join(here, entry), join(here, '../../../sdks/react/src/styles.css')],
    target: 'browser',
    define: { 'process.env.NODE_ENV': `"${mode ?? 'production'}"` },
    ...(files !== undefined && { files }),
    plugins: [
      {
        name: 'instead',
        setup: (build) => {
          // Files that are only given have no endings guessed for them.
          build.onResolve({ filter: /^\.\// }, ({ path, importer }) => {
            const given = ['.js', '.jsx'].map((ending) => join(dirname(importer), path) + ending)
            const found = given.find((file) => files !== undefined && file in files)
            return found === undefined ? undefined : { path: found }
          })
          build.onResolve({ filter: /^(react|react-dom)(\/.*)?$/ }, ({ path }) => {
            const other = instead[path]
            return other === undefined ? undefined : { path: Bun.resolveSync(other, here) }
          })
        },
      },
    ],
  })
  const text = async (ending: string) => built.outputs.find(({ path }) => path.endsWith(ending))?.text() ?? ''
  const script = await text('.js')
  const style = await text('.css')
  const html = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><link rel="stylesheet" href="/page.css"><body><main id="root"></main><script type="module" src="/page.js"></script>' // prettier-ignore
  const answers: Record<string, [string, string]> = {
    '/': ['text/html', html],
    '/page.js': ['text/javascript', script],
    '/page.css': ['text/css', style],
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) => {
      const [type, body] = answers[new URL(url).pathname] ?? []
      // A browser asks for an icon, too.
      if (type === undefined) return new Response(null, { status: url.endsWith('/favicon.ico') ? 204 : 404 })
      return new Response(body, {
        headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy },
      })
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop(true) }
}

export interface Opened {
  page: Page
  /** What the browser had to complain of: errors, and what the policy kept from happening. */
  complaints: string[]
}

/** `before` is told of the page while nothing is in it. */
export async function open(
  browser: Browser,
  url: string,
  size = { width: 900, height: 700 },
  before?: (page: Page) => unknown,
): Promise<Opened> {
  const page = await browser.newPage({ viewport: size, locale: 'en-GB', timezoneId: 'Europe/Paris' })
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text()) // prettier-ignore
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript("addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))") // prettier-ignore
  await before?.(page)
  await page.goto(url)
  return { page, complaints }
}

/** What axe finds that is serious or critical, each as its rule and where. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Colours on their way to others are neither.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity).map(({ finished }) => finished))',
  )
  // The page's policy allows no script of others; the browser may still be told to run one.
  await page.evaluate(await Bun.file(Bun.resolveSync('axe-core/axe.min.js', here)).text())
  const found = await page.evaluate<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>('axe.run(document)') // prettier-ignore
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}
