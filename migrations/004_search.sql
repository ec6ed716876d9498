-- Full-text search.
select 1;
