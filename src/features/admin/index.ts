export { adminRoutes } from './routes.ts'
export { createAdmin, type ThisNode } from './service.ts'
