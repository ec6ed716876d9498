/**
 * Why a socket ended, and what a client should do (protocol.md, "Close codes"). 1000-1999 are RFC 6455, 7.4.1;
 * 4000-4999 are ours (7.4.2).
 */
export const close_codes = {
  normal: 1000,
  stuck: 1011,
  too_slow: 4008,
  malformed: 4400,
  unauthenticated: 4401,
  banned: 4403,
  auth_timeout: 4408,
  connection_limit: 4409,
  flooding: 4429,
  draining: 4503,
} as const

export type CloseReason = keyof typeof close_codes
