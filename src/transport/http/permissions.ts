import type { Scope } from '../../kernel/permissions.ts'

interface Route {
  method: string
  path: string
  hooks: { detail?: { 'x-permission'?: RoutePermission } }
}

export type RoutePermission = Scope | readonly Scope[]

/** What a route says by `'x-permission'` in its `detail`, which its operation of the OpenAPI document shows too. Undefined: no API key may. */
const permissionOfRoute = ({ hooks }: Route): RoutePermission | undefined => hooks.detail?.['x-permission']

export function createPermissions(routes: readonly Route[]) {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, permissionOfRoute(route)]))
  return (method: string, route: string): RoutePermission | undefined => known.get(`${method} ${route}`)
}
