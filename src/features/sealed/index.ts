export { announce_every_ms, createKeyHolder } from './holder.ts'
export type { SealedColumn } from './queries.ts'
export { createRotation } from './rotation.ts'
