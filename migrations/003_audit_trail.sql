-- A deed is written down in the transaction that does it, here; a moment later it is chained into audit_log, whose rows never change. So the chain's order costs no
-- transaction a wait for another.
create table audit_pending (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor_id bigint,
  action text not null,
  target_type text,
  target_id text,
  conversation_id bigint,
  ip inet,
  request_id text,
  outcome text not null constraint audit_pending_outcome check (outcome in ('success', 'failure', 'denied')),
  details jsonb not null default '{}'
);

-- Sessions have uuids. Nothing has written to this table before, and nothing but the sealer does from here on: it gives out the ids 1, 2, 3... itself, so that a
-- row that was taken out leaves a hole. `format` says what the hash is made of (docs/audit.md).
alter table audit_log
  alter column target_id type text using target_id::text,
  add column format smallint not null default 1,
  add constraint audit_log_sealed check (
    previous_hash is not null and hash is not null and octet_length(previous_hash) = 32 and octet_length(hash) = 32) not valid;

create index audit_log_conversation_action on audit_log (conversation_id, action, id) where conversation_id is not null;
