import type { Scope } from '../../kernel/permissions.ts'

interface Route {
  method: string
  path: string
  hooks: { detail?: { 'x-permission'?: RoutePermission; 'x-without-second-factor'?: boolean } }
}

export type RoutePermission = Scope | readonly Scope[]

/** What a route says by `'x-permission'` in its `detail`, which its operation of the OpenAPI document shows too. Undefined: no API key may. */
const permissionOfRoute = ({ hooks }: Route): RoutePermission | undefined => hooks.detail?.['x-permission']

export function createPermissions(routes: readonly Route[]) {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, permissionOfRoute(route)]))
  return (method: string, route: string): RoutePermission | undefined => known.get(`${method} ${route}`)
}

/** Whether a route says by `'x-without-second-factor'` in its `detail` that it is open to those who have to turn on a second factor first. */
export function createOpenToConfined(routes: readonly Route[]) {
  const open = new Set(
    routes
      .filter(({ hooks }) => hooks.detail?.['x-without-second-factor'] === true)
      .map(({ method, path }) => `${method} ${path}`),
  )
  return (method: string, route: string): boolean => open.has(`${method} ${route}`)
}
