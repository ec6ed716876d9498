-- Edits, deletions, pins, reactions, expiry.
select 1;
