-- Room settings and members. (conversations.message_ttl_seconds is there already: 002 adds it, with its check.)

-- Lists of members begin with those of rank. The condition keeps this index out of every plan that looks for one membership.
create index member_rank on members (conversation_id, user_id) where role <> 'member';
