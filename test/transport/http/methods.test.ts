import { expect, test } from 'bun:test'
import { createMethodsAt } from '../../../src/transport/http/methods.ts'

const methodsAt = createMethodsAt([
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/rooms/' },
  { method: 'POST', path: '/rooms' },
  { method: 'PUT', path: '/rooms/:id' },
  { method: 'GET', path: '/rooms/me' },
  { method: 'DELETE', path: '/rooms/:id/members/:user_id' },
  { method: 'PUT', path: '/rooms/:id/members/me' },
  { method: 'GET', path: '/rooms/me/members/:user_id' },
  { method: 'POST', path: '/files' },
  { method: 'GET', path: '/files/*' },
  { method: 'DELETE', path: '/files/:id' },
])

test.each([
  ['/', 'GET HEAD OPTIONS'],
  ['/rooms', 'GET HEAD OPTIONS POST'],
  ['/rooms/', 'GET HEAD OPTIONS POST'],
  ['/rooms/7', 'OPTIONS PUT'],
  ['/rooms/me', 'GET HEAD OPTIONS PUT'],
  ['/rooms/7/members/me', 'DELETE OPTIONS PUT'],
  ['/rooms/me/members/me', 'DELETE GET HEAD OPTIONS PUT'],
  ['/rooms/7/members', ''],
  ['/rooms/7/members/7/7', ''],
  ['/files', 'OPTIONS POST'],
  ['/files/7', 'DELETE GET HEAD OPTIONS'],
  ['/files/7/8', 'GET HEAD OPTIONS'],
  ['/elsewhere', ''],
  ['/:id', ''],
  ['/constructor', ''],
  ['', 'GET HEAD OPTIONS'],
])('%s takes %s', (path, methods) => {
  expect(methodsAt(path).toSorted().join(' ')).toBe(methods)
})
