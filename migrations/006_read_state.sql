-- Read pointers.
-- They move with every message and every reader. Room for that on each page keeps an update away from the indexes.
alter table members set (fillfactor = 80);
