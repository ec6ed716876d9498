-- Wrong passwords are counted by name, whether somebody has it or not, in one place: after a restart and on every server a lock says nothing of who has an account.
-- docs/decisions/015-counting-wrong-passwords.md

create table login_attempts (
  -- An HMAC: what is typed as a name may be a password.
  name bytea not null,
  -- Empty for all who never signed in to the account; else the network that has, which counts by itself.
  network text not null default '',
  failures integer not null,
  begun timestamptz not null,
  -- When the count begins anew. Once it is full: how long it is locked.
  until timestamptz not null,
  -- Whence it was filled, each failure: who is not among them has a try of their own during the lock.
  origins text[] not null,
  primary key (name, network)
);
create index login_attempts_until_idx on login_attempts (until);

drop table login_decoys;
alter table users drop column failed_logins, drop column locked_until;
