import { describe, expect, test } from 'bun:test'

import { pathOf, routeOf, sideOf, type Side } from '../../src/web/pages/app/route.ts'

describe('an address', () => {
  test.each([
    '/',
    '/c/general',
    '/c/12/34',
    '/c/~5/34',
    '/settings/profile',
    '/admin/people/7',
    '/c/general/thread/34',
    '/c/~5/thread/34/56',
  ])('%s is read as what it is written for', (path) => {
    expect(pathOf(routeOf(path), sideOf(path))).toBe(path)
  })

  test.each([
    ['/c/General', '/c/general'],
    ['/c/GENERAL/34', '/c/general/34'],
    ['/c/Tea%20house', '/c/tea%20house'],
    ['/c/~x', '/c/~x'],
    ['/c/012', '/c/12'],
  ])('%s is of the conversation that it names, there or not: %s', (path, address) => {
    expect(pathOf(routeOf(path))).toBe(address)
  })

  test('of a thread leads to its message, and the pane beside shows it', () => {
    expect(routeOf('/c/general/thread/34')).toEqual({ at: 'conversation', ref: { room_id: 'general' }, message: 34 })
    expect(sideOf('/c/general/thread/34/56')).toEqual({ show: 'thread', message: 34, reply: 56 })
  })

  test.each([
    '/c/general',
    '/c/general/34',
    '/c/thread/34',
    '/c/general/thread',
    '/c/general/thread/x',
    '/x/1/thread/2',
  ])('%s names no thread', (path) => expect(sideOf(path)).toBeNull())

  test.each<Side>([{ show: 'members' }, { show: 'search', text: 'tea' }])('says nothing of another pane', (side) => {
    expect(pathOf({ at: 'conversation', ref: { room_id: 'general' }, message: 34 }, side)).toBe('/c/general/34')
  })
})
