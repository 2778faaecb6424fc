-- Of a leaf that has just been filled the planner knows nothing until it is analyzed, and would read all of it for the few line
-- items of one resource: half a second instead of some milliseconds.
alter function line_items_of(uuid, integer, date, date) set enable_seqscan = off;
