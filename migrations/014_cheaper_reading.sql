-- Reading costs less: searches go through what they look at once, and pages and changes are read by plans that are made once.
-- docs/decisions/004-one-function-writes.md, docs/decisions/007-search-follows-the-log.md

-- A match counts twice as much when new as when old, and halfway between after a week (604,800 s).
create function search_score(p_rank real, p_sent timestamptz, p_at timestamptz) returns double precision
language sql immutable
as $$ select p_rank * (1 + 1 / (1 + greatest(0, date_part('epoch', p_at - p_sent)) / 604800)) $$;

drop function search_scan;
drop function search_window;

-- Reads messages one by one, the newest first: for words so common that a few pages hold enough of them. Of those with p_from <= id < p_below, the newest p_rows of
-- each conversation, or all; p_rows is for one conversation only. `reached` is the lowest id that was looked at, p_from when that was everything. It gives the newest
-- p_take that fit and their scores at p_at; and of how many it looked at, how many hold each of up to four parts, and how many all of those.
-- One pass: what is kept of a message that does not fit is its counting. Ranks are for those that are given only, as they cost as much as the looking.
create function search_scan(
  p_conversations bigint[], p_query tsquery, p_parts tsquery[], p_author bigint, p_since timestamptz, p_until timestamptz, p_at timestamptz,
  p_from bigint, p_below bigint, p_rows integer, p_take integer
) returns table (reached bigint, looked_at bigint, holding bigint[], holding_all bigint, ids bigint[], scores double precision[])
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  -- Elements of an array would be taken out of it for every message.
  part_1 tsquery := p_parts[1];
  part_2 tsquery := p_parts[2];
  part_3 tsquery := p_parts[3];
  part_4 tsquery := p_parts[4];
begin
  return query
  with looked as (
    select count(*) as rows, min(s.message_id) as lowest,
      array[count(*) filter (where first), count(*) filter (where second), count(*) filter (where third), count(*) filter (where fourth)] as each,
      count(*) filter (where first and second is not false and third is not false and fourth is not false) as every,
      array_agg(s.message_id) filter (where fits) as ids, array_agg(s.created_at) filter (where fits) as times, array_agg(s.document) filter (where fits) as documents
    from unnest(p_conversations) as c (id)
    cross join lateral (
      select m.message_id, m.created_at, m.document,
        m.document @@ p_query and (p_author is null or m.author_id = p_author) and m.created_at >= p_since and m.created_at < p_until as fits,
        m.document @@ part_1 as first, m.document @@ part_2 as second, m.document @@ part_3 as third, m.document @@ part_4 as fourth
      from message_search m
      where m.conversation_id = c.id and m.message_id >= p_from and m.message_id < p_below
      order by m.conversation_id desc, m.message_id desc limit p_rows
    ) s
  )
  select case when l.rows >= p_rows then l.lowest else p_from end, l.rows, l.each, l.every, f.ids, f.scores
  from looked l
  cross join lateral (
    select array_agg(n.id) as ids, array_agg(search_score(ts_rank_cd(n.document, p_query, 1), n.sent_at, p_at)) as scores
    from (select * from unnest(l.ids, l.times, l.documents) as n (id, sent_at, document) order by n.id desc limit p_take) n
  ) f;
end $$;

-- Reads the index of words. p_places and p_loose (words without regard to their order) find rows by the index alone, without a second look at them; p_query then
-- decides. When more than p_cap rows are found, `hits` says so and nothing else counts: ask for less at a time. Places are a condition of their own,
-- and the second: so the index skips to where they are once it has found the words somewhere, and looks at places only where the words are. Without places
-- the words stand in, which costs nothing.
-- "+ 0" hides ids from the planner, to whom a range of ids looks cheap.
create function search_window(
  p_places tsquery, p_loose tsquery, p_query tsquery, p_conversations bigint[], p_since timestamptz, p_until timestamptz, p_at timestamptz,
  p_from bigint, p_below bigint, p_cap integer, p_take integer
) returns table (hits bigint, ids bigint[], scores double precision[])
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
-- A few hundred pages at most, and nearly always in memory: reading ahead takes longer than reading.
set effective_io_concurrency = 0
set jit = off
as $$
begin
  return query
  with hit as (
    select count(*) as rows,
      array_agg(s.message_id) filter (where fits) as ids, array_agg(s.created_at) filter (where fits) as times, array_agg(s.document) filter (where fits) as documents
    from (
      select m.message_id, m.created_at, m.document,
        m.document @@ p_query and m.created_at >= p_since and m.created_at < p_until
          and (p_conversations is null or m.conversation_id in (select unnest(p_conversations))) as fits
      from message_search m
      where m.document @@ p_loose and m.document @@ coalesce(p_places, p_loose) and m.message_id + 0 >= p_from and m.message_id + 0 < p_below
      limit p_cap + 1
    ) s
  )
  select h.rows, f.ids, f.scores
  from hit h
  cross join lateral (
    select array_agg(n.id) as ids, array_agg(search_score(ts_rank_cd(n.document, p_query, 1), n.sent_at, p_at)) as scores
    from (
      select * from unnest(h.ids, h.times, h.documents) as n (id, sent_at, document) where h.rows <= p_cap order by n.id desc limit p_take
    ) n
  ) f;
end $$;

-- A page of a conversation's messages: with numbers above p_after the oldest of them, else the newest; below p_before. Its messages come in that order.
-- One index range each, whatever is known of the table and of the number of rows.
create function timeline_page(p_conversation bigint, p_after bigint, p_before bigint, p_replies boolean, p_expired boolean, p_rows integer) returns setof messages
language plpgsql stable rows 50
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
declare
  forward boolean := p_after is not null;
  low bigint := coalesce(p_after, 0);
  high bigint := coalesce(p_before, 9223372036854775807);
begin
  if forward and p_replies then
    return query select * from messages m
    where m.conversation_id = p_conversation and m.number > low and m.number < high and (p_expired or m.expires_at is null or m.expires_at > now())
    order by m.number limit p_rows;
  elsif forward then
    return query select * from messages m
    where m.conversation_id = p_conversation and m.parent_id is null and m.number > low and m.number < high and (p_expired or m.expires_at is null or m.expires_at > now())
    order by m.number limit p_rows;
  elsif p_replies then
    return query select * from messages m
    where m.conversation_id = p_conversation and m.number > low and m.number < high and (p_expired or m.expires_at is null or m.expires_at > now())
    order by m.number desc limit p_rows;
  else
    return query select * from messages m
    where m.conversation_id = p_conversation and m.parent_id is null and m.number > low and m.number < high and (p_expired or m.expires_at is null or m.expires_at > now())
    order by m.number desc limit p_rows;
  end if;
end $$;

-- Whether more than p_most messages of a conversation have changed after p_since.
create function changed_more_than(p_conversation bigint, p_since bigint, p_most integer) returns boolean
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  return (select count(*) > p_most from (
    select from messages m where m.conversation_id = p_conversation and m.change_seq > p_since limit p_most + 1
  ) counted);
end $$;

-- What has changed after p_since, as it is now, in the order of the changes; nothing where p_since is null.
create function changed_messages(p_conversation bigint, p_since bigint) returns setof messages
language plpgsql stable strict rows 50
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
begin
  return query select * from messages m
  where m.conversation_id = p_conversation and m.change_seq > p_since
  order by m.change_seq, m.seq;
end $$;
