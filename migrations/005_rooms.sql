-- Room settings and members.
select 1;
