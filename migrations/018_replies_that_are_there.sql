-- The newest replies of a thread, whatever was deleted after them. Found by the thread alone, as no other index is: so that no plan reads the conversation instead.
create index message_reply_there on messages (parent_id, number) where parent_id is not null and deleted_at is null;
