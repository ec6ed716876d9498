-- An e-mail address that nobody has proven belongs to nobody: any number of accounts may have it, and the password tells whose sign-in it is.
-- docs/decisions/014-unproven-addresses.md

drop index user_email_key;
-- Whose password it is, among the accounts of one address.
create index user_email_idx on users (email_index, password_hash) where email_index is not null;

-- The costs at which passwords of accounts with an address are hashed, as a hash begins with them: one, and more after `security.argon2_*` has changed. A sign-in by an
-- address is computed at each, whoever has it.
create table password_costs (
  cost text primary key
);
insert into password_costs (cost)
select distinct substring(password_hash from '^\$argon2id\$v=\d+\$[^$]+\$') from users where email_index is not null and password_hash like '$argon2id$%';
