-- A mute of a room stays until its end, also when who is muted leaves and joins again, or is removed and comes back: however that is done.

create table kept_mutes (
  conversation_id bigint not null references conversations on delete cascade,
  user_id bigint not null references users on delete cascade,
  muted_until timestamptz not null,
  primary key (conversation_id, user_id)
);

create function keep_mute() returns trigger language plpgsql as $$
begin
  insert into kept_mutes (conversation_id, user_id, muted_until)
  select old.conversation_id, u.id, old.muted_until from users u where u.id = old.user_id and u.status <> 'deleted'
  on conflict (conversation_id, user_id) do update set muted_until = excluded.muted_until;
  return null;
end $$;
create trigger member_gone_muted after delete on members for each row when (old.muted_until > now()) execute function keep_mute();

create function mute_again() returns trigger language plpgsql as $$
begin
  delete from kept_mutes where conversation_id = new.conversation_id and user_id = new.user_id returning muted_until into new.muted_until;
  if new.muted_until <= now() then new.muted_until := null; end if;
  return new;
end $$;
create trigger member_come_muted before insert on members for each row when (new.muted_until is null) execute function mute_again();

create function forget_kept_mutes() returns trigger language plpgsql as $$
begin
  delete from kept_mutes where user_id = new.id;
  return null;
end $$;
create trigger user_gone_muted after update of status on users for each row when (new.status = 'deleted' and old.status <> 'deleted') execute function forget_kept_mutes();
