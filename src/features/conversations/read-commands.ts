import { type Command, command, prepared } from '../../transport/ws/index.ts'
import { MarkRead, ReadMarked } from './read-schema.ts'
import type { Reads } from './reads.ts'

export const readCommands = (reads: Reads): Command[] => [
  command({
    type: 'mark_read',
    permission: 'read_messages',
    short: 'Moves the own read pointer forward to a message; it never moves back.',
    data: MarkRead,
    answers: { read_marked: ReadMarked },
    // The reader's socket has its answer before the reader's sockets are told.
    run: async (actor, data) => {
      const { marked, announce } = await reads.markRead(actor, data)
      return { [prepared]: { json: JSON.stringify(marked), afterwards: announce } }
    },
  }),
]
