-- What changes in accounts, so that every server learns of it whoever changed it: another server, the command line, or plain SQL.

create index user_updated on users (updated_at);
create index session_revoked on sessions (revoked_at) where revoked_at is not null;

-- The times are those of the commit, by the database's clock: a transaction that was long open is found as well, and so is a change by a machine whose clock
-- is wrong. Constraint triggers, because only they run at the end of a transaction. Neither column fires its own trigger again.
create function note_user_change() returns trigger language plpgsql as $$
begin
  update users set updated_at = clock_timestamp() where id = new.id;
  return null;
end
$$;

create constraint trigger user_changed after update of role, status, banned_until on users
  deferrable initially deferred for each row
  when (old.role is distinct from new.role or old.status is distinct from new.status or old.banned_until is distinct from new.banned_until)
  execute function note_user_change();

create function note_session_end() returns trigger language plpgsql as $$
begin
  update sessions set revoked_at = clock_timestamp() where id = new.id and revoked_at is not null;
  return null;
end
$$;

create constraint trigger session_ended after update of revoked_at on sessions
  deferrable initially deferred for each row
  when (old.revoked_at is null and new.revoked_at is not null)
  execute function note_session_end();
