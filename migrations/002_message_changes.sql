-- Everything that changes a message after it was sent: edits, deletion, pins, reactions, expiry.

-- The log between creations: one row for each seq that is not a creation's, so that an event whose telling was lost can be told again, and so that
-- who comes back learns what is gone. The server keeps them for a while; what it forgets raises forgotten_seq.
create table changes (
  conversation_id bigint not null,
  seq bigint not null,
  kind text not null constraint change_kind check (kind in ('edited', 'deleted', 'pinned', 'unpinned', 'reaction_added', 'reaction_removed', 'expired')),
  message_id bigint not null,
  -- Who did it; null for expiry.
  user_id bigint,
  -- What the event says and the message does not: {emoji, count}, {reason}; of an expired message also its place.
  detail jsonb not null default '{}',
  at timestamptz not null default now(),
  primary key (conversation_id, seq)
);

create index change_age on changes (at);
create index change_expired on changes (conversation_id, seq) where kind = 'expired';
create index change_expired_message on changes (message_id) where kind = 'expired';

alter table conversations
  -- Who has seen less than this has missed deletions that nobody can tell any more, and gets the newest page instead.
  add column forgotten_seq bigint not null default 0,
  add column message_ttl_seconds integer constraint conversation_message_ttl check (message_ttl_seconds between 5 and 31536000);

-- How many people have reacted how often: most messages have none, and need not look into reactions.
alter table messages add column reaction_count integer not null default 0;
create index reaction_by_user on reactions (user_id);

-- "@room" of somebody who may: a mention of every member but its author, without a row for each.
create table room_mentions (
  conversation_id bigint not null,
  number bigint not null,
  message_id bigint not null,
  author_id bigint not null,
  primary key (conversation_id, number)
);
create index mention_message on mentions (message_id);
