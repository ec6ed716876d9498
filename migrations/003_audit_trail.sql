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
