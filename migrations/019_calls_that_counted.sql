-- Whether "@room" or "@here" in a message called anybody: the text alone does not say, as from those who may not it is text.

-- 'room' or 'here' of a message that called everybody as it was sent, and whose text still does; null of nearly all.
alter table messages add column called text;

-- The newest calls of before, as far as nothing was changed about them. "@here" was kept nowhere, and the others are old: they look like text.
update messages m set called = 'room'
from (select message_id from room_mentions order by message_id desc limit 10000) old
where m.id = old.message_id and m.edit_count = 0 and m.deleted_at is null;

-- send_messages as 008 has it (the comments of 001 hold), and beyond it: a message keeps whom it called.
create or replace function send_messages(
  p_conversations bigint[],
  -- What the author means, 'dm' or 'room': a message for a DM must never end up in a room.
  p_targets text[],
  p_authors bigint[],
  p_client_ids text[],
  p_uuids uuid[],
  p_contents text[],
  p_content_types text[],
  p_parents bigint[],
  p_metadata text[],
  -- Lower-case names without the @, separated by spaces; null for none.
  p_mentioned text[],
  -- Seconds to live; null for as long as the conversation lets its messages live.
  p_expires_in integer[],
  -- Whether the author speaks by an API key that slow mode holds back whatever their roles.
  p_held boolean[],
  -- Room roles, and server roles, that slow mode does not hold back.
  p_slow_exempt text[],
  p_slow_exempt_servers text[],
  -- Room roles, and server roles, that may call everybody in a room.
  p_callers text[],
  p_calling_servers text[]
) returns table (
  verdict text, retry_after integer, id bigint, seq bigint, number bigint, created_at timestamptz, expires_at timestamptz, parent_thread_count integer,
  mentions bigint[], called text, room_name text, dm_low bigint, dm_high bigint
)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  stamp timestamptz;
  -- What is found out about the drafts, one element each.
  verdicts text[];
  ids bigint[];
  seqs bigint[];
  numbers bigint[];
  thread_counts integer[];
  pauses interval[];
  room_names text[];
  lows bigint[];
  highs bigint[];
  waits integer[];
  lives integer[];
  mentioned jsonb;
  -- 'room' or 'here', where a draft calls everybody and its author may.
  calls text[];
begin
  perform from conversations c where c.id = any (p_conversations) order by c.id for no key update;
  stamp := date_trunc('milliseconds', clock_timestamp());

  -- Ids are drawn in order under the lock: within a conversation, a later message has the higher id.
  select array_agg(j.verdict), array_agg(case when j.verdict = 'sent' then nextval('messages_id_seq') else j.original_id end),
    array_agg(j.last_seq), array_agg(j.message_count), array_agg(j.thread_count), array_agg(j.pause), array_agg(j.room_name), array_agg(j.dm_low), array_agg(j.dm_high),
    array_agg(j.life), array_agg(j.mute)
  into verdicts, ids, seqs, numbers, thread_counts, pauses, room_names, lows, highs, lives, waits
  from (
    select original.id as original_id, parent.thread_count, c.name as room_name, c.dm_low, c.dm_high, c.last_seq, c.message_count,
      least(d.expires_in, c.message_ttl_seconds) as life,
      case when member.muted_until > stamp and member.muted_until < 'infinity'
        then least(ceil(extract(epoch from member.muted_until - stamp)), 2147483647)::integer end as mute,
      case
        when c.id is null or (d.target = 'dm') <> (c.dm_low is not null) then 'ROOM_NOT_FOUND'
        when member.role is null then case when c.is_public then 'PERMISSION_DENIED' else 'ROOM_NOT_FOUND' end
        when original.id is not null then 'duplicate'
        when author.status <> 'active' then 'USER_BANNED'
        when c.archived_at is not null then 'ROOM_ARCHIVED'
        when member.muted_until > stamp then 'USER_MUTED'
        when c.dm_low is not null and exists (
          select from blocks b where b.user_id in (c.dm_low, c.dm_high) and b.blocked_user_id in (c.dm_low, c.dm_high)) then 'CONVERSATION_BLOCKED'
        when d.parent_id is not null and parent.thread_count is null then 'MESSAGE_NOT_FOUND'
        else 'sent'
      end as verdict,
      case when c.slow_mode_seconds > 0 and (d.held or (member.role <> all (p_slow_exempt) and author.role <> all (p_slow_exempt_servers)))
        then make_interval(secs => c.slow_mode_seconds) end as pause
    from unnest(p_conversations, p_targets, p_authors, p_client_ids, p_parents, p_expires_in, p_held)
      with ordinality as d (conversation_id, target, author_id, client_id, parent_id, expires_in, held, ord)
    left join lateral (select c.id, c.is_public, c.archived_at, c.deleted_at, c.slow_mode_seconds, c.name, c.dm_low, c.dm_high, c.last_seq, c.message_count, c.message_ttl_seconds
      from conversations c where c.id = d.conversation_id limit 1) c on c.deleted_at is null
    left join lateral (select m.role, m.muted_until from members m
      where m.conversation_id = d.conversation_id and m.user_id = d.author_id limit 1) member on true
    left join lateral (select u.status, u.role from users u where u.id = d.author_id limit 1) author on true
    left join lateral (select o.id from messages o
      where o.author_id = d.author_id and o.client_id = d.client_id and o.conversation_id + 0 = d.conversation_id limit 1) original on true
    left join lateral (select p.thread_count, p.conversation_id, p.deleted_at, p.expires_at from messages p
      where p.id = d.parent_id limit 1) parent
      on parent.conversation_id = d.conversation_id and parent.deleted_at is null and coalesce(parent.expires_at > stamp, true)
    order by d.ord
    offset 0
  ) j;

  -- Slow mode comes last: only what would be sent counts, so of an author's several in one batch the first goes out.
  if exists (select from unnest(pauses) as p (pause) where p.pause is not null) then
    select array_agg(case when s.wait is null then s.verdict else 'SLOW_MODE' end order by s.ord), array_agg(coalesce(s.wait, s.mute) order by s.ord)
    into verdicts, waits
    from (
      select d.ord, d.verdict, d.mute,
        case when d.verdict = 'sent' and d.pause is not null then
          case
            when member.last_sent_at > stamp - d.pause then greatest(1, ceil(extract(epoch from member.last_sent_at - stamp + d.pause)))::integer
            when row_number() over (partition by d.conversation_id, d.author_id, d.verdict order by d.ord) > 1 then ceil(extract(epoch from d.pause))::integer
          end
        end as wait
      from unnest(p_conversations, p_authors, verdicts, pauses, waits) with ordinality as d (conversation_id, author_id, verdict, pause, mute, ord)
      left join lateral (select m.last_sent_at from members m
        where m.conversation_id = d.conversation_id and m.user_id = d.author_id limit 1) member on true
    ) s;

    update members m set last_sent_at = stamp
    from unnest(p_conversations, p_authors, verdicts, pauses) as d (conversation_id, author_id, verdict, pause)
    where d.verdict = 'sent' and d.pause is not null and m.conversation_id = d.conversation_id and m.user_id = d.author_id;
  end if;

  -- seqs and numbers hold the heads; from here they hold each message's own place after them.
  select array_agg(p.seq), array_agg(p.number)
  into seqs, numbers
  from (
    select d.seq + count(*) filter (where d.verdict = 'sent') over place as seq, d.number + count(*) filter (where d.verdict = 'sent') over place as number
    from unnest(p_conversations, verdicts, seqs, numbers) with ordinality as d (conversation_id, verdict, seq, number, ord)
    window place as (partition by d.conversation_id order by d.ord)
    order by d.ord
    offset 0
  ) p;

  -- By draft: the people it names who are members.
  if array_remove(p_mentioned, null) <> '{}' then
    select jsonb_object_agg(n.ord, n.people)
    into mentioned
    from (
      select d.ord, array(
        select u.id from unnest(string_to_array(d.names, ' ')) with ordinality as n (name, position)
        cross join lateral (select u.id from users u where lower(u.username) = n.name limit 1) u
        cross join lateral (select from members m where m.conversation_id = d.conversation_id and m.user_id = u.id limit 1) m
        order by n.position) as people
      from unnest(p_conversations, p_mentioned, verdicts) with ordinality as d (conversation_id, names, verdict, ord)
      where d.verdict = 'sent' and d.names is not null
    ) n
    where n.people <> '{}';

    insert into mentions (user_id, conversation_id, number, message_id)
    select distinct people.id::bigint, d.conversation_id, d.number, d.id
    from unnest(ids, p_conversations, numbers) with ordinality as d (id, conversation_id, number, ord)
    cross join lateral jsonb_array_elements_text(mentioned -> d.ord::text) as people (id);

    select array_agg(
      case
        when d.verdict <> 'sent' or d.low is not null or not coalesce(string_to_array(d.names, ' ') && '{room,here}', false) then null
        when member.role <> all (p_callers) and author.role <> all (p_calling_servers) then null
        when 'room' = any (string_to_array(d.names, ' ')) then 'room'
        else 'here'
      end order by d.ord)
    into calls
    from unnest(p_conversations, p_authors, p_mentioned, verdicts, lows) with ordinality as d (conversation_id, author_id, names, verdict, low, ord)
    left join lateral (select m.role from members m
      where m.conversation_id = d.conversation_id and m.user_id = d.author_id limit 1) member on true
    left join lateral (select u.role from users u where u.id = d.author_id limit 1) author on true;

    insert into room_mentions (conversation_id, number, message_id, author_id)
    select d.conversation_id, d.number, d.id, d.author_id
    from unnest(p_conversations, numbers, ids, p_authors, calls) as d (conversation_id, number, id, author_id, call)
    where d.call = 'room';
  end if;

  insert into messages (id, uuid, conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, parent_id, mentions, called, metadata, expires_at,
    created_at, updated_at)
  select d.id, d.uuid, d.conversation_id, d.author_id, d.seq, d.seq, d.number, d.client_id, d.content, d.content_type, d.parent_id,
    case when mentioned ? d.ord::text then array(select jsonb_array_elements_text(mentioned -> d.ord::text)::bigint) else '{}' end,
    d.call, d.metadata::jsonb, stamp + make_interval(secs => d.life), stamp, stamp
  from unnest(ids, p_uuids, p_conversations, p_authors, seqs, numbers, p_client_ids, p_contents, p_content_types, p_parents, calls, p_metadata, lives, verdicts)
    with ordinality as d (id, uuid, conversation_id, author_id, seq, number, client_id, content, content_type, parent_id, call, metadata, life, verdict, ord)
  where d.verdict = 'sent';

  update conversations c set last_seq = t.seq, message_count = t.number, last_message_id = t.id
  from (
    select d.conversation_id, max(d.seq) as seq, max(d.number) as number, max(d.id) as id
    from unnest(p_conversations, verdicts, seqs, numbers, ids) as d (conversation_id, verdict, seq, number, id)
    where d.verdict = 'sent' group by d.conversation_id
  ) t
  where c.id = t.conversation_id;

  if array_remove(p_parents, null) <> '{}' then
    select array_agg(t.thread_count order by t.ord)
    into thread_counts
    from (
      select d.ord, case when d.parent_id is not null
        then (d.thread_count + count(*) filter (where d.verdict = 'sent') over (partition by d.conversation_id, d.parent_id order by d.ord))::integer end as thread_count
      from unnest(p_conversations, p_parents, verdicts, thread_counts) with ordinality as d (conversation_id, parent_id, verdict, thread_count, ord)
    ) t;

    update messages m set thread_count = t.thread_count, change_seq = t.seq
    from (
      select d.parent_id, max(d.thread_count) as thread_count, max(d.seq) as seq
      from unnest(p_parents, verdicts, thread_counts, seqs) as d (parent_id, verdict, thread_count, seq)
      where d.verdict = 'sent' and d.parent_id is not null group by d.parent_id
    ) t
    where m.id = t.parent_id;
  end if;

  return query
  select d.verdict, case when d.verdict in ('SLOW_MODE', 'USER_MUTED') then d.wait end, d.id, d.seq, d.number, stamp, stamp + make_interval(secs => d.life), d.thread_count,
    case when mentioned ? d.ord::text then array(select jsonb_array_elements_text(mentioned -> d.ord::text)::bigint) else '{}'::bigint[] end,
    d.call, d.room_name, d.low, d.high
  from unnest(verdicts, waits, ids, seqs, numbers, lives, thread_counts, calls, room_names, lows, highs)
    with ordinality as d (verdict, wait, id, seq, number, life, thread_count, call, room_name, low, high, ord)
  order by d.ord;
end $$;
