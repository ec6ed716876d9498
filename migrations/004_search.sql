-- Full-text search: an index beside the messages that follows the room log, so that sending a message waits for none of it.
-- docs/decisions/007-search-follows-the-log.md

-- What can be searched. `document` holds each word as written (weight A) and its English and French stems at the same position, all without accents and in lower
-- case, and places: ~c the conversation, ~a the author, ~0 to ~4 the block of ids the message is in, of 2^10, 2^13, 2^16, 2^19 and 2^22 ids.
-- The server makes it; no word begins with "~".
create table message_search (
  conversation_id bigint not null,
  message_id bigint not null,
  author_id bigint not null,
  created_at timestamptz not null,
  document tsvector not null,
  primary key (conversation_id, message_id)
);

-- Indexing comes in batches, which the pending list turns into few writes; searches read over it, so it stays short (KiB).
create index message_search_document on message_search using gin (document) with (fastupdate = on, gin_pending_list_limit = 256);

-- How far the index has followed each conversation's log. A table of its own, so that indexing touches no row that sending needs.
create table search_cursors (
  conversation_id bigint primary key,
  indexed_seq bigint not null default 0
) with (fillfactor = 70);

-- The two ways to look for words. Both give the newest `p_take` messages that fit among those with p_from <= id < p_below, and `hits`, the rows that were
-- looked at for it. Plans are pinned: these must not turn into sequential scans because a word is common or statistics are old.

-- Reads messages one by one, the newest first: for words so common that a few pages hold enough of them. `reached` is the lowest id that was looked at,
-- p_from when that was everything. With p_rows, for one conversation only.
create function search_scan(
  p_conversations bigint[], p_query tsquery, p_author bigint, p_since timestamptz, p_until timestamptz, p_from bigint, p_below bigint, p_rows integer, p_take integer
) returns table (hits bigint, reached bigint, ids bigint[], times timestamptz[], ranks real[])
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  floor bigint := p_from;
begin
  if p_rows is not null then
    select greatest(p_from, s.message_id) into floor
    from message_search s where s.conversation_id = p_conversations[1] and s.message_id < p_below and s.message_id >= p_from
    order by s.conversation_id desc, s.message_id desc offset p_rows - 1 limit 1;
    floor := coalesce(floor, p_from);
  end if;
  return query
  with newest as (
    select s.message_id, s.created_at, s.document
    from unnest(p_conversations) as c (id)
    cross join lateral (
      select * from message_search m where m.conversation_id = c.id and m.message_id >= floor and m.message_id < p_below offset 0
    ) s
    where s.document @@ p_query and (p_author is null or s.author_id = p_author) and s.created_at >= p_since and s.created_at < p_until
    order by s.message_id desc limit p_take
  )
  select count(*), floor, array_agg(n.message_id), array_agg(n.created_at), array_agg(ts_rank_cd(n.document, p_query, 1))
  from newest n;
end $$;

-- Reads the index of words. p_places and p_loose (words without regard to their order) find rows by the index alone, without a second look at them; p_query then
-- decides. When more than p_cap rows are found, `hits` says so and nothing else counts: ask for less at a time. Places are a condition of their own,
-- and the second: so the index skips to where they are once it has found the words somewhere, and looks at places only where the words are. Without places
-- the words stand in, which costs nothing.
-- "+ 0" hides ids from the planner, to whom a range of ids looks cheap.
create function search_window(
  p_places tsquery, p_loose tsquery, p_query tsquery, p_conversations bigint[], p_since timestamptz, p_until timestamptz, p_from bigint, p_below bigint, p_cap integer, p_take integer
) returns table (hits bigint, ids bigint[], times timestamptz[], ranks real[])
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
-- A few hundred pages at most, and nearly always in memory: reading ahead takes longer than reading.
set effective_io_concurrency = 0
set jit = off
as $$
begin
  return query
  with hit as materialized (
    select s.conversation_id, s.message_id, s.created_at, s.document from message_search s
    where s.document @@ p_loose and s.document @@ coalesce(p_places, p_loose) and s.message_id + 0 >= p_from and s.message_id + 0 < p_below
    limit p_cap + 1
  ),
  newest as (
    select h.message_id, h.created_at, h.document from hit h
    where (select count(*) from hit) <= p_cap and h.document @@ p_query and h.created_at >= p_since and h.created_at < p_until
      and (p_conversations is null or h.conversation_id in (select unnest(p_conversations)))
    order by h.message_id desc limit p_take
  )
  select (select count(*) from hit), array_agg(n.message_id), array_agg(n.created_at), array_agg(ts_rank_cd(n.document, p_query, 1))
  from newest n;
end $$;

-- The first id of the messages sent at or after a moment. Ids rise with time, but for what is sent at the same moment.
create function first_message_since(p_moment timestamptz) returns bigint
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  low bigint := 1;
  high bigint := (select coalesce(max(id), 0) + 1 from messages);
  middle bigint;
  later boolean;
begin
  while low < high loop
    middle := (low + high) / 2;
    select m.created_at >= p_moment into later from messages m where m.id >= middle order by m.id limit 1;
    if later is null or later then high := middle; else low := middle + 1; end if;
  end loop;
  return low;
end $$;

-- The first number of a conversation's messages sent at or after a moment: one more than its last when there is none. Expired messages leave holes.
create function first_number_since(p_conversation bigint, p_moment timestamptz) returns bigint
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  low bigint := 1;
  high bigint := (select c.message_count + 1 from conversations c where c.id = p_conversation);
  middle bigint;
  later boolean;
begin
  while low < high loop
    middle := (low + high) / 2;
    select m.created_at >= p_moment into later from messages m
    where m.conversation_id = p_conversation and m.number >= middle order by m.number limit 1;
    if later is null or later then high := middle; else low := middle + 1; end if;
  end loop;
  return low;
end $$;
