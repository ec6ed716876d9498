import { Type } from '@sinclair/typebox'

import { Id } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { titled } from '../../kernel/titled.ts'
import * as schema from './schema.ts'

const { room_id: _, metadata, ...draft } = schema.SendMessage.properties

/**
 * What commands take, without what the address says. Elysia makes an object of whatever stands for one before it judges, and so would take a text for metadata;
 * of an intersection it makes nothing.
 */
export const DraftBody = Type.Object(
  { ...draft, metadata: Type.Optional(Type.Intersect([metadata, Type.Unknown()])) },
  { title: 'MessageDraft', examples: [{ content: 'Hello, **world**', content_type: 'markdown' }] },
)
export const SentMessage = titled(schema.SentMessage, 'SentMessage')
export const Edit = Type.Omit(schema.EditMessage, ['message_id'])
export const Deletion = Type.Omit(schema.DeleteMessage, ['message_id'])
export const Pin = Type.Object({ pinned: Type.Boolean({ description: '`false` unpins.' }) })

export const ReactionDraft = Type.Omit(schema.React, ['message_id'])
export const ReactionPath = Type.Object({
  id: Type.Integer({ ...Id, description: 'The id of the message.' }),
  emoji: Text({
    minLength: 1,
    maxLength: 66,
    description: 'The emoji, percent-encoded, or a name between colons such as ":party:".',
    examples: [':party:'],
  }),
})

export const Nothing = Type.Void({ description: 'Nothing.' })
