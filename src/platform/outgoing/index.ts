/** Requests to addresses that somebody else has chosen. */
export { createOutgoing, type Outgoing, type OutgoingAnswer, OutgoingError } from './client.ts'
