import { type Command, command } from '../../transport/ws/index.ts'
import { GetPresence, Presence, StatusUpdated, TypingPlace, UpdateStatus } from './schema.ts'
import type { PresenceService } from './service.ts'

export const presenceCommands = ({ chooseStatus, presenceOf, typing }: PresenceService): Command[] => [
  command({
    type: 'update_status',
    permission: 'edit_profile',
    short: 'Chooses how the caller looks to others, on all connections and until it is chosen anew.',
    data: UpdateStatus,
    answers: { status_updated: StatusUpdated },
    run: (actor, wanted) => chooseStatus(actor, wanted),
  }),
  command({
    type: 'get_presence',
    permission: 'read_messages',
    short: 'How some users are; from then on their user_presence events come to this connection.',
    data: GetPresence,
    answers: { presence: Presence },
    run: async (actor, { user_ids }, session) => ({ users: await presenceOf(actor, session, user_ids) }),
  }),
  command({
    type: 'typing_start',
    permission: ['send_messages', 'send_dm'],
    short: 'The caller types; to be repeated every few seconds, as it expires after six. Has no reply.',
    data: TypingPlace,
    answers: {},
    reply: null,
    limit: 'typing',
    run: (actor, reference, session) => typing.start(actor, session, reference),
  }),
  command({
    type: 'typing_stop',
    permission: ['send_messages', 'send_dm'],
    short: 'The caller no longer types; sending a message says so too. Has no reply.',
    data: TypingPlace,
    answers: {},
    reply: null,
    limit: 'typing',
    run: (actor, reference, session) => typing.stop(actor, session, reference),
  }),
]
