/** Places that the index of words knows beside words: conversations, authors, and aligned blocks of message ids in five sizes. */
const shifts = [10, 13, 16, 19, 22]

const few = 3

export const smallest_block = 2 ** 10

export const inConversation = (id: number): string => `~c${id}`
export const byAuthor = (id: number): string => `~a${id}`

const block = (level: number, index: number) => `~${level}.${index}`

/** The blocks that a message is in, the smallest first. */
export const blocksOf = (id: number): string[] =>
  shifts.map((shift, level) => block(level, Math.floor(id / 2 ** shift)))

/** The start of the smallest block that an id is in. */
export const aligned = (id: number): number => Math.floor(id / smallest_block) * smallest_block

/** Blocks that together hold the ids from `from` up to `below`, and some more on both sides: few, because each of them costs. */
export function cover(from: number, below: number): string[] {
  for (const [level, shift] of shifts.entries()) {
    const [first, last] = [Math.floor(from / 2 ** shift), Math.floor((below - 1) / 2 ** shift)]
    if (last - first >= few && level + 1 < shifts.length) continue
    return Array.from({ length: last - first + 1 }, (_, n) => block(level, first + n))
  }
  return []
}
