-- People as others find them, invites, and what operators look up.

-- Why somebody is banned, for administrators; it goes with the ban.
alter table users add column ban_reason text;

-- A name as it is looked for: without regard to case and accents. Without the extension `unaccent`, which not every database has: decomposed (NFKD), a letter and its
-- accent are two characters, and the accents go.
create function fold_name(name text) returns text language sql immutable strict parallel safe
as $$ select lower(regexp_replace(normalize(name, NFKD), U&'[\0300-\036f]', '', 'g')) $$;

-- In the order of bytes, so that a beginning is a range, whatever the collation of the database. The id makes each place in a list one of its own.
create index user_username_search on users (fold_name(username) collate "C", id) where status <> 'deleted';
create index user_display_name_search on users (fold_name(display_name) collate "C", id) where status <> 'deleted' and display_name is not null;

-- Few are more than a user, or banned.
create index user_role on users (role, id) where role <> 'user';
create index user_status on users (status, id) where status <> 'active';

-- Who leaves for good takes along the blocks of both sides.
create index block_of on blocks (blocked_user_id);
-- What somebody has reacted to, for the copy of their data.
create index reaction_by_user on reactions (user_id, message_id, emoji);

-- The code is 128 random bits and stands here as it is: whoever may make invites is shown it again, and whoever reads this table reads the rooms' messages as well.
-- `uses` moves only under the lock of the room, together with the membership that it stands for.
create table invites (
  id bigint generated always as identity primary key,
  code text not null constraint invite_code_key unique,
  conversation_id bigint not null references conversations on delete cascade,
  created_by bigint not null references users on delete cascade,
  role text not null constraint invite_role check (role in ('admin', 'moderator', 'member')),
  max_uses integer constraint invite_max_uses check (max_uses > 0),
  uses integer not null default 0,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint invite_uses check (uses >= 0 and (max_uses is null or uses <= max_uses))
);

create index invite_of_room on invites (conversation_id, id) where revoked_at is null;
create index invite_by on invites (created_by) where revoked_at is null;

-- The trail of the whole server is read newest first, by one of these and within a span of time. `at` is in each, so that a page costs the same wherever it is.
create index audit_log_at on audit_log (at, id);
create index audit_log_actor on audit_log (actor_id, at, id) where actor_id is not null;
create index audit_log_action on audit_log (action, at, id);
create index audit_log_target on audit_log (target_type, target_id, at, id) where target_type is not null;
create index audit_log_outcome on audit_log (outcome, at, id);
