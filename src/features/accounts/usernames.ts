/** What a mention or an address of ours may mean itself. */
const reserved = new Set(['all', 'channel', 'everyone', 'here', 'room', 'system'])

/** What somebody who is gone is called. */
const left = /^deleted-\d/i

export const isReserved = (username: string): boolean => reserved.has(username.toLowerCase()) || left.test(username)

const max_length = 32

/** A username made from a name that anybody may have: `Ada Lovelace` becomes `Ada.Lovelace`, `Zoé` becomes `Zoe`. */
export function usernameFrom(name: string): string {
  const plain = name
    .slice(0, 256)
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .trim()
    .replace(/\s+/g, '.')
    .replace(/[^A-Za-z0-9_.-]/g, '')
    .replace(/([.-])[.-]+/g, '$1')
  return trimmed(plain, max_length) ?? 'user'
}

/** The name itself and, in case it is taken, names like it. */
export function namesLike(name: string, random: () => string): string[] {
  const suffixes = ['2', '3', '4', '5', '6', '7', '8', '9', random(), random()]
  const variants = suffixes.map((suffix) => `${trimmed(name, max_length - 1 - suffix.length) ?? 'user'}-${suffix}`)
  return [name, ...variants].filter((each) => !isReserved(each))
}

function trimmed(name: string, length: number): string | undefined {
  const kept = name
    .replace(/^[.-]+/, '')
    .slice(0, length)
    .replace(/[.-]+$/, '')
  return kept.length < 2 ? undefined : kept
}
