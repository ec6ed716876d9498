-- The newest replies of a thread are found whatever was deleted after them, and those who take part in it whoever wrote most.
-- Found by the thread alone, as no other index is, so that no plan reads the conversation instead.
create index message_reply_there on messages (parent_id, number) where parent_id is not null and deleted_at is null;

-- The newest replies that are there, beyond p_after. One index range, whatever is known of the table.
create function replies_there(p_thread bigint, p_after bigint, p_rows integer) returns setof messages
language plpgsql stable rows 10
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
begin
  return query select * from messages r
  where r.parent_id = p_thread and r.number > p_after and r.deleted_at is null and (r.expires_at is null or r.expires_at > now())
  order by r.number desc limit p_rows;
end $$;

-- Who wrote one of the newest p_rows replies of a thread, deleted or not, and who of those with a place in thread_reads has read furthest: their replies may have expired.
create function thread_people(p_conversation bigint, p_thread bigint, p_rows integer) returns setof bigint
language plpgsql stable rows 10
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  return query
  select newest.author_id from (
    select r.author_id from messages r where r.conversation_id = p_conversation and r.parent_id = p_thread order by r.number desc limit p_rows
  ) newest
  union
  select readers.user_id from (select t.user_id from thread_reads t where t.message_id = p_thread order by t.last_read_number desc limit p_rows) readers;
end $$;

-- The threads that a user takes part in: of those they began, of those they replied in, and of those they have a place in, the newest p_most each. From one thread to
-- the next, however much they wrote in one.
create function threads_of(p_user bigint, p_most integer) returns setof bigint
language plpgsql stable rows 50
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
begin
  return query
  with recursive replied_in (id) as (
    (select m.parent_id from messages m where m.author_id = p_user and m.parent_id is not null order by m.parent_id desc limit 1)
    union all
    select (
      select m.parent_id from messages m where m.author_id = p_user and m.parent_id is not null and m.parent_id < before.id order by m.parent_id desc limit 1
    ) from replied_in before where before.id is not null
  )
  (select m.id from messages m where m.author_id = p_user and m.thread_count > 0 order by m.id desc limit p_most)
  union
  (select r.id from replied_in r where r.id is not null limit p_most)
  union
  (select t.message_id from thread_reads t where t.user_id = p_user order by t.message_id desc limit p_most);
end $$;
