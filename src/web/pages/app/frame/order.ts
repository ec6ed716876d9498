import type { Ref, Summary } from 'veza-js-sdk'
import { isOf } from 'veza-react-components'

import { pathOf, type Route } from '../route.ts'

/** The address of a conversation of the list: of a room its slug, which people can read. */
const refOfSummary = ({ ref, slug }: Summary): Ref => (slug === null ? ref : { room_id: slug })

/** The same conversation as the list has it, where it is there. */
export function refInList(conversations: readonly Summary[] | null, ref: Ref): Ref {
  const one = conversations?.find((one) => isOf(one, ref))
  return one === undefined ? ref : refOfSummary(one)
}

export const routeTo = (summary: Summary): Route => ({ at: 'conversation', ref: refOfSummary(summary), message: null })

/** The conversation of the list that an address means. */
export function summaryOf(conversations: readonly Summary[] | null, route: Route): Summary | null {
  if (route.at !== 'conversation') return null
  return conversations?.find((one) => isOf(one, route.ref)) ?? null
}

/** As the list shows them: rooms, then direct messages; what is unread, in front. */
export function inOrder(conversations: readonly Summary[], route: Route): Summary[] {
  const current = summaryOf(conversations, route)
  const rank = (one: Summary): number => {
    if (one.unread_count > 0 && one !== current) return 0
    return one.kind === 'room' ? 1 : 2
  }
  return conversations.toSorted((one, other) => rank(one) - rank(other))
}

/** The one before or after the current one, around the ends; of those with something unread only, if wanted. */
export function neighbour(list: readonly Summary[], route: Route, by: 1 | -1, unread_only: boolean): Summary | null {
  const now = list.findIndex((one) => pathOf(routeTo(one)) === pathOf(route) || summaryOf([one], route) === one)
  const count = list.length
  const begin = now === -1 ? (by === 1 ? -1 : count) : now
  for (let step = 1; step <= count; step++) {
    const one = list[(((begin + by * step) % count) + count) % count]
    if (one !== undefined && list.indexOf(one) !== now && (!unread_only || one.unread_count > 0)) return one
  }
  return null
}
