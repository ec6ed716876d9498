import { minify } from 'terser'

/** A script that Bun has bundled and minified, a twentieth smaller. It takes seconds, so only what goes into the executable is made so. */
export async function smallestScript(script: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { code = '' } = await minify(new TextDecoder().decode(script), {
    module: true,
    ecma: 2020,
    // Arrows and methods are safe, as nothing here is made by `new` that is not a class or has no `this`.
    compress: { passes: 2, pure_getters: true, unsafe_arrows: true, unsafe_methods: true, lhs_constants: false },
  })
  return new TextEncoder().encode(code)
}
