export type { SealedColumn } from './queries.ts'
export { createRotation } from './rotation.ts'
