export type { UserRow } from './queries.ts'
export { userRoutes } from './routes.ts'
export { OwnUser } from './schema.ts'
export { createUsers, email_context, type Users } from './service.ts'
