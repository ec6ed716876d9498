-- An e-mail address that nobody has proven belongs to nobody: any number of accounts may have it, and the password tells whose sign-in it is.
-- docs/decisions/014-unproven-addresses.md

drop index user_email_key;
-- Whose password it is, among the accounts of one address.
create index user_email_idx on users (email_index, password_hash) where email_index is not null;
