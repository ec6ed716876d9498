export { botRoutes } from './routes.ts'
export { createBots } from './service.ts'
