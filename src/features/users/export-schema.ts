import { Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { OwnUser } from './schema.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
const Text = Type.String()
const Maybe = orNull(Text)
const Moment = orNull(Timestamp)
const Details = Type.Record(Type.String(), Type.Unknown())

/** What `GET /users/me/export` answers. */
export const UserExport = Type.Object(
  {
    exported_at: Timestamp,
    profile: Type.Object({
      ...OwnUser.properties,
      uuid: Text,
      status: Text,
      banned_until: Moment,
      ban_reason: Maybe,
      password_changed_at: Moment,
      email_verified_at: Moment,
      presence: Text,
      presence_message: Maybe,
      last_seen_at: Moment,
      updated_at: Timestamp,
      second_factor_since: Moment,
    }),
    sessions: Type.Array(
      Type.Object({
        id: Text,
        ip: Maybe,
        user_agent: Maybe,
        created_at: Timestamp,
        last_used_at: Timestamp,
        expires_at: Timestamp,
        revoked_at: Moment,
        revoked_reason: Maybe,
      }),
    ),
    api_keys: Type.Array(
      Type.Object({
        id: Text,
        name: Text,
        prefix: Text,
        permissions: Type.Array(Text),
        ip_whitelist: Type.Array(Text),
        created_at: Timestamp,
        expires_at: Moment,
        revoked_at: Moment,
        last_used_at: Moment,
        last_used_ip: Maybe,
      }),
    ),
    identities: Type.Array(
      Type.Object({
        issuer: Text,
        subject: Text,
        claimed_name: Maybe,
        claimed_role: Maybe,
        created_at: Timestamp,
      }),
      { description: 'Who the user is to issuers outside.' },
    ),
    bots: Type.Array(Type.Object({ id: Id, username: Text, display_name: Maybe, created_at: Timestamp })),
    memberships: Type.Array(
      Type.Object({
        conversation_id: Id,
        kind: Text,
        name: Maybe,
        role: Text,
        nickname: Maybe,
        notification_level: Text,
        joined_at: Timestamp,
        muted_until: Moment,
        last_read_message_id: orNull(Id),
      }),
    ),
    blocks: Type.Array(Type.Object({ user_id: Id, username: Text, created_at: Timestamp })),
    invites: Type.Array(
      Type.Object({
        id: Id,
        conversation_id: Id,
        role: Text,
        max_uses: orNull(Type.Integer()),
        uses: Type.Integer(),
        expires_at: Moment,
        revoked_at: Moment,
        created_at: Timestamp,
      }),
    ),
    messages: Type.Array(
      Type.Object({
        id: Id,
        conversation_id: Id,
        client_id: Text,
        content: Text,
        content_type: Text,
        metadata: orNull(Details),
        parent_id: orNull(Id),
        created_at: Timestamp,
        edited_at: Moment,
        expires_at: Moment,
        earlier: Type.Array(Type.Object({ content: Text, edited_at: Text })),
      }),
      {
        description: 'The own messages in all rooms and DMs, but for those deleted or expired; in no particular order.',
      },
    ),
    reactions: Type.Array(Type.Object({ message_id: Id, conversation_id: Id, emoji: Text, created_at: Timestamp })),
    mentions: Type.Array(Type.Object({ conversation_id: Id, number: Type.Integer(), message_id: Id })),
    thread_reads: Type.Array(Type.Object({ message_id: Id, conversation_id: Id, last_read_number: Type.Integer() })),
    reports: Type.Array(
      Type.Object({
        id: Id,
        message_id: Id,
        conversation_id: Id,
        reason: Text,
        created_at: Timestamp,
        resolved_at: Moment,
      }),
    ),
    audit: Type.Array(
      Type.Object({
        id: Id,
        at: Timestamp,
        actor_id: orNull(Id),
        action: Text,
        target_type: Maybe,
        target_id: Maybe,
        conversation_id: orNull(Id),
        outcome: Text,
        details: Details,
        ip: Maybe,
      }),
    ),
  },
  { title: 'UserExport' },
)
