import { join } from 'node:path'

import { locales } from '../kernel/errors.ts'
import { html, licencesOf, type Loaded, manifest, type Page, type PageParts } from './html.ts'
import { lostPage } from './lost.ts'
import { styleSheet } from './style-sheet.ts'

/** The files of the pages by the path they are served at; the pages themselves as `app.html`, `playground.html`, and `lost.en.html` in each language. */
export type PageFiles = Record<string, Uint8Array<ArrayBuffer>>

const root = join(import.meta.dir, '../..')
const sources = join(import.meta.dir, 'pages')
const pages = {
  app: { title: 'Veza Chat', noscript: 'Veza Chat needs JavaScript.' },
  playground: { title: 'Veza Chat: playground', noscript: 'The playground needs JavaScript.' },
} satisfies Record<string, Page>

const common = {
  target: 'browser',
  minify: true,
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  jsx: { runtime: 'automatic', importSource: 'react', development: false },
  throw: true,
} satisfies Partial<Bun.BuildConfig>

/**
 * Makes what browsers get from `src/web/pages`: everything under `assets/` is named by its content, `widget.js` is not, since other pages name it.
 * Rejects with the bundler's complaints.
 */
export async function bundlePages(): Promise<PageFiles> {
  const [app, playground, widget, first, lost, styles] = await Promise.all([
    bundlePage('app'),
    bundlePage('playground'),
    bundleScript('widget/main.ts', 'esm', [smaller, stylesAsText]),
    bundleScript('app/first.ts', 'iife'),
    bundleScript('app/lost.ts', 'iife'),
    bundleStyles('app/chat.css'),
  ])
  const files: PageFiles = { 'widget.js': widget.script }
  for (const output of [...app.outputs, ...playground.outputs, styles])
    files[output.path.replace(/^\.\//, '')] = new Uint8Array(await output.arrayBuffer())

  const add = (name: string, extension: string, content: string | Uint8Array) => {
    const bytes = Buffer.from(content)
    const path = `assets/${name}.${hashOf(bytes)}.${extension}`
    files[path] = bytes
    return `/${path}`
  }
  const icon = add('icon', 'svg', await Bun.file(join(sources, 'icon.svg')).text())
  const common: PageParts = {
    icon,
    manifest: add('manifest', 'webmanifest', manifest(icon)),
    first: add('first', 'js', first.script),
    licences: add('licences', 'txt', licencesOf(root, [...app.inputs, ...playground.inputs, ...widget.inputs])),
  }
  const chat = { ...app.loadedBy('app/SignedIn.tsx'), styles: [addressOf(styles.path)] }
  const entrance = app.loadedBy('app/main.tsx')
  files['app.html'] = Buffer.from(html(pages.app, common, entrance, chat))
  const lost_parts = { icon, styles: entrance.styles, script: add('lost', 'js', lost.script) }
  for (const locale of locales) files[`lost.${locale}.html`] = Buffer.from(lostPage(locale, lost_parts))
  files['playground.html'] = Buffer.from(html(pages.playground, common, playground.loadedBy('playground/main.tsx')))
  return files
}

const hashOf = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher('sha256').update(bytes).digest().subarray(0, 9).toString('base64url')

/** Each by itself: what the pages have in common would be one more file, to be fetched before anything is seen. */
async function bundlePage(name: keyof typeof pages) {
  const { outputs, metafile } = await Bun.build({
    ...common,
    entrypoints: [join(sources, name, 'main.tsx')],
    root: sources,
    plugins: [smaller],
    splitting: true,
    // What many parts have in common is a file only where it is worth asking for.
    minChunkSize: 1024,
    // A preload that fails fails the import behind it for good in some browsers, and with it every other try (`importAgain`).
    modulePreload: false,
    publicPath: '/',
    naming: {
      entry: 'assets/[dir].[hash].[ext]',
      chunk: 'assets/[name].[hash].[ext]',
      asset: 'assets/[name].[hash].[ext]',
    },
  })
  if (metafile === undefined) throw new Error('The bundler does not say what it made.')
  return {
    outputs,
    inputs: Object.keys(metafile.inputs),
    loadedBy: (source: string) => loadedBy(source, metafile),
  }
}

async function bundleStyles(entry: string): Promise<Bun.BuildArtifact> {
  const { outputs } = await Bun.build({
    ...common,
    entrypoints: [join(sources, entry)],
    naming: { entry: 'assets/[name].[hash].[ext]' },
  })
  const [styles] = outputs
  if (styles === undefined) throw new Error(`The bundler made no styles of ${entry}.`)
  return styles
}

/** One script that needs no other file, and that leaves no name behind in the page it is loaded by. A module knows where it came from. */
async function bundleScript(entry: string, format: 'esm' | 'iife', plugins: Bun.BunPlugin[] = []) {
  const { outputs, metafile } = await Bun.build({
    ...common,
    entrypoints: [join(sources, entry)],
    format,
    plugins,
  })
  const [script, ...others] = outputs
  if (script === undefined || others.length > 0)
    throw new Error(`${entry} is to be one file, and has ${outputs.map(({ path }) => path).join(', ')}.`)
  return { script: new Uint8Array(await script.arrayBuffer()), inputs: Object.keys(metafile?.inputs ?? {}) }
}

const preact_names: Record<string, string> = {
  react: 'preact/compat',
  'react-dom': 'preact/compat',
  'react-dom/client': 'preact/compat/client',
  'react/jsx-runtime': 'preact/jsx-runtime',
}

/** Preact is a tenth of React, which counts on a phone as in a page that is somebody else's. */
const smaller: Bun.BunPlugin = {
  name: 'smaller',
  setup: (build) => {
    build.onResolve({ filter: /^react(-dom)?(\/.*)?$/ }, ({ path }) => {
      const name = preact_names[path]
      if (name === undefined) throw new Error(`A page imports ${path}, which Preact does not have.`)
      return { path: Bun.resolveSync(name, root) }
    })
  },
}

/** For a shadow root, which follows no `@import`. */
const stylesAsText: Bun.BunPlugin = {
  name: 'styles as text',
  setup: (build) => {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await styleSheet(path), loader: 'text' }))
  },
}

const addressOf = (path: string): string => path.replace(/^\.?\/?/, '/')

/** What the script of this source loads by itself. */
function loadedBy(source: string, { outputs }: Bun.BuildMetafile): Loaded {
  const found = Object.entries(outputs).find(
    ([path, { entryPoint }]) => path.endsWith('.js') && entryPoint?.endsWith(`/${source}`) === true,
  )
  if (found === undefined) throw new Error(`The bundler made no script of ${source}.`)
  const [script, { cssBundle }] = found
  const chunks = new Set<string>()
  const walk = (path: string) => {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || chunks.has(next)) continue
      chunks.add(next)
      walk(next)
    }
  }
  walk(script)
  return {
    script: addressOf(script),
    styles: cssBundle === undefined ? [] : [addressOf(cssBundle)],
    chunks: [...chunks].map(addressOf),
  }
}
