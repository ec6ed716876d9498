import type { Ref, Summary } from 'veza-js-sdk'

/** A conversation, or a room by its slug or id. */
export type Place = Ref | string | number

export const refOf = (place: Place): Ref => (typeof place === 'object' ? place : { room_id: place })

/** All of a place as a text: the same place is the same text, though it is another object. */
export const placeText = (place: Place): string => JSON.stringify(refOf(place))

export const refOfText = (text: string): Ref => JSON.parse(text) as Ref

/** The same for the same conversation, such as `room 1` or `dm 4`. */
export const refKey = (place: Place): string => {
  const ref = refOf(place)
  return 'room_id' in ref ? `room ${ref.room_id}` : `dm ${ref.conversation_id}`
}

/** Whether a line of the list is this conversation, whichever way that one is named. */
export const isOf = (summary: Summary, place: Place): boolean => {
  const key = refKey(place)
  return key === refKey(summary.ref) || (summary.slug !== null && key === `room ${summary.slug}`)
}
