export { accountRoutes } from './routes.ts'
export { Email, Password, Username } from './schema.ts'
export { type Accounts, createAccounts } from './service.ts'
export type { AccountSettings } from './settings.ts'
