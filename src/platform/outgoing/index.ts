/** Requests to addresses that somebody else has chosen. */
export { createOutgoing, type Outgoing, OutgoingError } from './client.ts'
