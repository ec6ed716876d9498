-- Whoever is mentioned in a reply takes part in its thread from there on, so that the mention is still to be found once the room is read.

-- Who has read a thread furthest, by one index range however many have read it; before, all of them were sorted. A mark costs one more index entry for it.
create index thread_read_furthest on thread_reads (message_id, last_read_number);
drop index thread_read_message;

-- Where those stand who take part in a thread that p_author began, by what thread_people looks at, each once: the last they have read or written, and when they wrote
-- it. No look at each of them: it is asked of many threads at once, while nobody can write in their conversations.
create function thread_standing(p_conversation bigint, p_thread bigint, p_author bigint, p_rows integer) returns table (user_id bigint, number bigint, replied_at timestamptz)
language plpgsql stable rows 500
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  return query
  select distinct on (s.user_id) s.user_id, s.number, s.replied_at from (
    (select r.author_id as user_id, r.number, r.created_at as replied_at
      from messages r where r.conversation_id = p_conversation and r.parent_id = p_thread order by r.number desc limit p_rows)
    union all
    (select t.user_id, t.last_read_number, null from thread_reads t where t.message_id = p_thread order by t.last_read_number desc limit p_rows)
    union all
    select p_author, 0, null
  ) s
  order by s.user_id, s.number desc, s.replied_at desc nulls last;
end $$;

-- Who takes part already stands where they stood, and who answers in the same batch has read what is before that; of a thread whose first message is gone nobody does.
create function take_part() returns trigger
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  insert into thread_reads (user_id, message_id, conversation_id, last_read_number)
  select person, new.parent_id, new.conversation_id, new.number - 1
  from unnest(new.mentions) as person
  where (select p.author_id from messages p where p.id = new.parent_id) <> person
    and (select max(r.number) from messages r where r.author_id = person and r.parent_id = new.parent_id) is null
  on conflict do nothing;
  return null;
end $$;

-- Whoever writes or edits holds the lock of the conversation. Messages that are no replies, or name nobody, pay for no call.
create trigger reply_names after insert or update of mentions on messages for each row when (new.parent_id is not null and new.mentions <> '{}')
  execute function take_part();
