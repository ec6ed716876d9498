export { createVault, type Vault } from './vault.ts'
export { createSecret, hashSecret, sameBytes } from './secrets.ts'
