-- Read pointers.
select 1;
