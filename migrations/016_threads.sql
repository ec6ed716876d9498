-- Threads that somebody takes part in, by having written the first message or a reply, and how far they have read them.
-- Who takes part is found from the messages themselves: nothing is written for it when somebody replies, and nothing is forgotten when a server is killed.
create index message_own_thread on messages (author_id, id) where thread_count > 0;
create index message_own_reply on messages (author_id, parent_id, number) where parent_id is not null;

-- Only of threads one takes part in. One's own replies count as read by themselves.
create table thread_reads (
  user_id bigint not null references users on delete cascade,
  message_id bigint not null,
  conversation_id bigint not null,
  last_read_number bigint not null,
  primary key (user_id, message_id)
) with (fillfactor = 80);

create index thread_read_message on thread_reads (message_id);

-- What was said before this was counted is no news to anybody.
insert into thread_reads (user_id, message_id, conversation_id, last_read_number)
select w.user_id, w.message_id, t.conversation_id, t.newest
from (
  select p.author_id as user_id, p.id as message_id from messages p where p.thread_count > 0
  union
  select r.author_id, r.parent_id from messages r where r.parent_id is not null
) w
join (select parent_id, conversation_id, max(number) as newest from messages where parent_id is not null group by parent_id, conversation_id) t
  on t.parent_id = w.message_id;
