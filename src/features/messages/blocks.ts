/** Places that the index of words knows beside words: conversations, authors, and aligned blocks of message ids in five sizes. */
const shifts = [10, 13, 16, 19, 22] as const

export const smallest_block = 2 ** shifts[0]

export const inConversation = (id: number): string => `~c${id}`
export const byAuthor = (id: number): string => `~a${id}`

const block = (level: number, index: number) => `~${level}.${index}`

/** The blocks that a message is in, the smallest first. */
export const blocksOf = (id: number): string[] =>
  shifts.map((shift, level) => block(level, Math.floor(id / 2 ** shift)))

/** The start of the smallest block that an id is in. */
export const aligned = (id: number): number => Math.floor(id / smallest_block) * smallest_block

/** Blocks that together hold the ids from an aligned `from` up to `below`, and perhaps some more above: as few and as large as fit. */
export function cover(from: number, below: number): string[] {
  const blocks: string[] = []
  for (let at = from; at < below;) {
    let level = 0
    while (level + 1 < shifts.length && at % 2 ** shifts[level + 1]! === 0 && at + 2 ** shifts[level + 1]! <= below)
      level++
    blocks.push(block(level, at / 2 ** shifts[level]!))
    at += 2 ** shifts[level]!
  }
  return blocks
}
