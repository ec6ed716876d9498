import { type Command, command, prepared, type Prepared } from '../../transport/ws/index.ts'
import type { Changed } from './changes.ts'
import * as schema from './schema.ts'
import type { Messages } from './service.ts'

/** Who changed it has the reply before anybody has the event. */
const answeredFirst = ({ json, announce }: Changed, type?: string): Prepared => ({
  [prepared]: { json, afterwards: announce, ...(type !== undefined && { type }) },
})

/** Changes of messages, in rooms and DMs alike: the message tells which. */
export const changeCommands = (messages: Messages): Command[] => [
  command({
    type: 'edit_message',
    permission: 'edit_own_messages',
    short: "Changes the content of one's own message.",
    data: schema.EditMessage,
    answers: { message_edited: schema.ChangedMessage },
    limit: 'edits',
    run: async (actor, draft) => answeredFirst(await messages.edit(actor, draft)),
  }),
  command({
    type: 'delete_message',
    permission: ['delete_own_messages', 'delete_all_messages'],
    short: "Deletes one's own message, or with `delete_all_messages` anybody's. Its row stays, without what it said.",
    data: schema.DeleteMessage,
    answers: { message_deleted: schema.MessageDeleted },
    limit: 'edits',
    run: async (actor, wanted) => answeredFirst(await messages.remove(actor, wanted)),
  }),
  command({
    type: 'pin_message',
    permission: 'pin_messages',
    short: 'Pins a message; with `pin: false`, unpins it. Needs `pin_messages`; in a DM both may.',
    data: schema.PinMessage,
    answers: { message_pinned: schema.ChangedMessage, message_unpinned: schema.ChangedMessage },
    reply: 'message_pinned',
    limit: 'edits',
    run: async (actor, wanted) =>
      answeredFirst(await messages.pin(actor, wanted), wanted.pin === false ? 'message_unpinned' : 'message_pinned'),
  }),
  command({
    type: 'unpin_message',
    permission: 'pin_messages',
    short: 'Unpins a message.',
    data: schema.UnpinMessage,
    answers: { message_unpinned: schema.ChangedMessage },
    limit: 'edits',
    run: async (actor, wanted) => answeredFirst(await messages.pin(actor, { ...wanted, pin: false })),
  }),
  command({
    type: 'get_pinned_messages',
    permission: 'read_messages',
    short: 'The pinned messages of a conversation, the one pinned last first.',
    data: schema.GetPinnedMessages,
    answers: { pinned_messages: schema.PinnedMessages },
    run: (actor, reference) => messages.pinned(actor, reference),
  }),
  command({
    type: 'add_reaction',
    permission: 'add_reactions',
    short: 'Reacts to a message.',
    data: schema.React,
    answers: { reaction_added: schema.ReactionChanged },
    limit: 'reactions',
    feature: 'message_reactions',
    run: async (actor, wanted) => answeredFirst(await messages.react(actor, wanted)),
  }),
  command({
    type: 'remove_reaction',
    permission: 'add_reactions',
    short: "Takes one's reaction back.",
    data: schema.React,
    answers: { reaction_removed: schema.ReactionChanged },
    limit: 'reactions',
    feature: 'message_reactions',
    run: async (actor, wanted) => answeredFirst(await messages.unreact(actor, wanted)),
  }),
  command({
    type: 'get_reactions',
    permission: 'read_messages',
    short: 'Who reacted to a message, and how.',
    data: schema.GetReactions,
    answers: { message_reactions: schema.MessageReactions },
    feature: 'message_reactions',
    run: (actor, wanted) => messages.reactions(actor, wanted),
  }),
]
