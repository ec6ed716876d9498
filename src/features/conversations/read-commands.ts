import { type Command, command } from '../../transport/ws/index.ts'
import { MarkRead, ReadMarked } from './read-schema.ts'
import type { Reads } from './reads.ts'

export const readCommands = (reads: Reads): Command[] => [
  command({
    type: 'mark_read',
    short: 'Moves the own read pointer forward to a message; it never moves back.',
    data: MarkRead,
    answers: { read_marked: ReadMarked },
    run: (actor, data) => reads.markRead(actor, data),
  }),
]
