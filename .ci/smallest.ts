import { join } from 'node:path'
import { minify } from 'terser'

/** A script that Bun has bundled and minified, a twentieth smaller. It takes seconds, so only what goes into the executable is made so. */
export async function smallestScript(script: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { code = '' } = await minify(new TextDecoder().decode(script), {
    module: true,
    ecma: 2020,
    mangle: { properties: { regex: new RegExp(`^(?:${(await internalNames()).join('|')})$`) } },
    // Arrows and methods are safe, as nothing here is made by `new` that is not a class or has no `this`.
    compress: { passes: 2, pure_getters: true, unsafe_arrows: true, unsafe_methods: true, lhs_constants: false },
  })
  return new TextEncoder().encode(code)
}

const root = join(import.meta.dir, '..')
/** What the SDK shows to others, and what else is in the script. */
const others = [
  'sdks/javascript/src/{api,rest,protocol.gen,rest.gen,platform,database,upload}.ts',
  'sdks/react/src/**/*.{ts,tsx}',
  'src/web/pages/widget/**/*.{ts,tsx}',
  'node_modules/preact/**/*.mjs',
]

/**
 * What the parts of the SDK have for each other: functions, whose names are of two words, and some of their state. All else that is written with `_` goes by the wire or is kept, and what browsers have
 * is left alone by terser.
 */
export const internal =
  /^(?:[a-z]+[A-Z]\w*|sent_at|is_asked_for|is_going|is_unwanted|main|epoch|touch|wake|wanted|heard|seen|feeds)$/

/** Those of them that nobody else has for anything. */
async function internalNames(): Promise<string[]> {
  const declared = await namesIn(['sdks/javascript/src/*.ts'], /(?<=^ +(?:readonly )?)[a-z]\w*(?=\??[(:<])/gm)
  const used = await namesIn(others, /\b[a-z]\w*/g)
  return [...declared.difference(used)].filter((name) => internal.test(name))
}

async function namesIn(globs: readonly string[], name: RegExp): Promise<Set<string>> {
  const names = new Set<string>()
  for (const glob of globs)
    for await (const path of new Bun.Glob(glob).scan({ cwd: root, absolute: true }))
      for (const found of (await Bun.file(path).text()).match(name) ?? []) names.add(found)
  return names
}
