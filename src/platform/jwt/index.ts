/** Tokens that others have signed. */
export type { Fetched } from './key-set.ts'
export { createVerifier, type Verified, type Verifier } from './verify.ts'
