-- From which day on line items are there: a span before that is not known, which is not the same as nothing.
alter table resource_cost add column since date;
comment on column resource_cost.since is 'First day that is loaded of the connection; null where it was summed before this was written down';
