import { minify } from 'terser'

/** A script that Bun has bundled and minified, a twentieth smaller. It takes seconds, so only what goes into the executable is made so. */
export async function smallestScript(script: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { code = '' } = await minify(new TextDecoder().decode(script), {
    module: true,
    ecma: 2020,
    compress: { passes: 2 },
  })
  return new TextEncoder().encode(code)
}
