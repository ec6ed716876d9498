-- Messages over REST: reports, and timelines without replies.

-- What people ask moderators to look at. A report is the word of its reporter, so it outlives the message: who deletes in time what they said
-- was reported all the same. What the message said is not kept here; of a message that is gone, the report knows the author.
create table reports (
  id bigint generated always as identity primary key,
  message_id bigint not null,
  conversation_id bigint not null references conversations on delete cascade,
  author_id bigint not null references users on delete cascade,
  reporter_id bigint not null references users on delete cascade,
  reason text not null,
  created_at timestamptz not null default now(),
  -- While it is null the report waits for a moderator.
  resolved_at timestamptz
);

-- Asking again is asking once, until the report is resolved.
create unique index report_open_key on reports (message_id, reporter_id) where resolved_at is null;
create index report_queue on reports (conversation_id, id) where resolved_at is null;
create index report_reporter on reports (reporter_id);
create index report_author on reports (author_id);

-- A page without replies, by one index range: in a room of little but replies, the index of all messages would be read from end to end for it.
-- It costs a message that is no reply one more entry, at the end of its conversation's range.
create index message_timeline on messages (conversation_id, number) where parent_id is null;
