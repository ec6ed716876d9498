-- Room settings and members. (conversations.message_ttl_seconds is there already: 002 adds it, with its check.)
select 1;
