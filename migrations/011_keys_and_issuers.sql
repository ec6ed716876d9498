-- Programs that act as users, and users whom somebody else vouches for.

-- A bot is a user without a password, of somebody: it works as long as its owner may be here.
alter table users add column owner_id bigint references users,
  add constraint user_owner check (owner_id is null or is_bot and password_hash is null);

create index user_owner on users (owner_id) where owner_id is not null;

-- A key is found by its hash: it has 256 bits of chance, so a plain hash cannot be guessed back, and needs no salt. Its id stands where a session's would.
create table api_keys (
  id uuid primary key default gen_random_uuid(),
  user_id bigint not null references users on delete cascade,
  created_by bigint references users on delete set null,
  name text not null,
  -- Its first letters, by which people tell keys apart.
  prefix text not null,
  key_hash bytea not null constraint api_key_hash unique,
  permissions text[] not null,
  -- Empty: from everywhere.
  ip_whitelist cidr[] not null default '{}',
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  last_used_ip inet,
  revoked_at timestamptz
);

create index api_key_user on api_keys (user_id, created_at, id);
create index api_key_revoked on api_keys (revoked_at) where revoked_at is not null;

-- As for sessions (007): the time is that of the commit.
create function note_key_end() returns trigger language plpgsql as $$
begin
  update api_keys set revoked_at = clock_timestamp() where id = new.id and revoked_at is not null;
  return null;
end
$$;

create constraint trigger api_key_ended after update of revoked_at on api_keys
  deferrable initially deferred for each row
  when (old.revoked_at is null and new.revoked_at is not null)
  execute function note_key_end();

-- Who a subject of an issuer is here. The issuer goes by the name that the configuration gives it, as its address may change.
create table external_identities (
  issuer text not null,
  subject text not null,
  user_id bigint not null references users on delete cascade,
  -- What the newest token that was seen says; only a change of it changes the user, so that what is changed here stays until then.
  claimed_name text,
  claimed_role text,
  claimed_at timestamptz not null,
  -- Tokens issued up to here are refused, seen before or not.
  not_before timestamptz,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);

create index external_identity_user on external_identities (user_id);
