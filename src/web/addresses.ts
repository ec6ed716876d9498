/** Where the app is opened: the server answers its page there and nowhere else, so that what is unknown stays 404. The app's own router knows the same. */
export const app_addresses = [
  '/',
  '/admin',
  '/admin/:part',
  '/admin/:part/:id',
  '/c/:ref',
  '/c/:ref/:message',
  '/c/:ref/thread/:message',
  '/c/:ref/thread/:message/:reply',
  '/join/:code',
  '/reset',
  '/settings',
  '/settings/:part',
  '/sign-in',
  '/sign-up',
] as const
