-- Which resources name this one as related: looked up by its key, where a list that holds it would be searched for in every
-- resource of the account. No index of lists is used above Row Level Security, since their operators are not leakproof.
alter table resource add column related_by text[] not null default '{}';

update resource d set related_by = s.ids
from (
  select r.workspace_id, r.shelf, r.connection_id, r.sub_account_id, t.target, array_agg(r.resource_id order by r.resource_id) as ids
  from resource r, unnest(r.related) as t (target)
  group by 1, 2, 3, 4, 5
) s
where d.workspace_id = s.workspace_id and d.shelf = s.shelf and d.connection_id = s.connection_id
  and d.sub_account_id = s.sub_account_id and d.resource_id = s.target;
