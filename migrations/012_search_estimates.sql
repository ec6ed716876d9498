-- How often words are said, from the messages that a search reads one by one anyway: so that it knows which way to look for the rest.
-- docs/decisions/007-search-follows-the-log.md

drop function search_scan;

-- As 004 has it (its comments hold). Beside the matches it says how many messages were looked at, how many of them hold each of up to four parts, and how many all
-- of those. Documents are kept for matches only: the others would be copied for nothing.
create function search_scan(
  p_conversations bigint[], p_query tsquery, p_parts tsquery[], p_author bigint, p_since timestamptz, p_until timestamptz, p_from bigint, p_below bigint, p_rows integer, p_take integer
) returns table (reached bigint, looked_at bigint, holding bigint[], holding_all bigint, ids bigint[], times timestamptz[], ranks real[])
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
  with looked as materialized (
    select s.message_id, s.created_at,
      case when s.document @@ p_query and (p_author is null or s.author_id = p_author) and s.created_at >= p_since and s.created_at < p_until then s.document end as document,
      s.document @@ p_parts[1] as first, s.document @@ p_parts[2] as second, s.document @@ p_parts[3] as third, s.document @@ p_parts[4] as fourth
    from unnest(p_conversations) as c (id)
    cross join lateral (
      select * from message_search m where m.conversation_id = c.id and m.message_id >= floor and m.message_id < p_below offset 0
    ) s
  ),
  newest as (select * from looked s where s.document is not null order by s.message_id desc limit p_take),
  size as (
    select count(*) as rows, array[count(*) filter (where first), count(*) filter (where second), count(*) filter (where third), count(*) filter (where fourth)] as each,
      count(*) filter (where first and second is not false and third is not false and fourth is not false) as every
    from looked
  ),
  found as (
    select array_agg(n.message_id) as ids, array_agg(n.created_at) as times, array_agg(ts_rank_cd(n.document, p_query, 1)) as ranks from newest n
  )
  select floor, s.rows, s.each, s.every, f.ids, f.times, f.ranks from size s, found f;
end $$;
