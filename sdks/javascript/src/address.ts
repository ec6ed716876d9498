/** Where the server is, as it was given (`https://host`, `wss://host/ws`, with or without a path before): the base of its REST API and its socket. */
export function addressesOf(url: string): { origin: string; socket: string } {
  const origin = url.replace(/^ws/, 'http').replace(/(\/ws)?\/*$/, '')
  return { origin, socket: `${origin.replace(/^http/, 'ws')}/ws` }
}
