-- Second factors, password resets, and what makes a name that nobody has cost as much as one that somebody has.

-- One authenticator app a user (RFC 6238). The secret is sealed rather than hashed, since the server computes codes from it.
create table second_factors (
  user_id bigint primary key references users on delete cascade,
  secret bytea not null,
  created_at timestamptz not null default now(),
  -- Null until its user has shown a code of it, so that a QR code nobody scanned locks nobody out.
  confirmed_at timestamptz,
  -- The step of the latest code that was taken: RFC 6238, 5.2, has no code taken twice. It only goes up, in the statement that takes the code.
  last_step bigint not null default 0,
  -- Codes in a row that were wrong, from addresses that never signed in. Apart from users.failed_logins, as a right password must not forget them.
  failures integer not null default 0,
  locked_until timestamptz
);

-- A code is a row until it is used. Its hash is keyed by the secret above: without the encryption key ten characters cannot be searched through, and
-- when keys rotate the hashes stay good.
create table backup_codes (
  user_id bigint not null references second_factors on delete cascade,
  code_hash bytea not null,
  primary key (user_id, code_hash)
);

-- One token a user: a new one takes the place of the one before.
create table password_resets (
  user_id bigint primary key references users on delete cascade,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint password_reset_token_key unique (token_hash)
);

-- A wrong password is counted in a row of users. For a name that nobody has one of these is written instead, or the missing commit would tell.
create table login_decoys (
  slot smallint primary key,
  failures bigint not null default 0
);

insert into login_decoys (slot) select generate_series(0, 63);

-- Who deletes an account need not know what else lets somebody in: the row of the user stays, so no foreign key would take these along.
create function forget_ways_in() returns trigger language plpgsql as $$
begin
  delete from second_factors where user_id = new.id;
  delete from password_resets where user_id = new.id;
  return null;
end
$$;

create trigger user_deleted after update of status on users
  for each row when (old.status <> 'deleted' and new.status = 'deleted')
  execute function forget_ways_in();

-- Which keys each running server knows, so that nothing is put under a key that one of them cannot read. Said anew every half minute; losing it is harmless.
create unlogged table key_holders (
  server uuid primary key,
  key_ids text[] not null,
  seen_at timestamptz not null default now()
);
