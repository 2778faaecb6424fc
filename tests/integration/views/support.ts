import type { Ctx } from '@/context';
import type { Workbench } from '../../support/workbench';

export function idOf({ actor }: Ctx): string {
  if (actor.kind !== 'user') throw new Error('This is no person.');
  return actor.userId;
}

export interface EventRow {
  readonly actor_id: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** What the audit trail says of a subject, oldest first. */
export async function eventsOf(bench: Workbench, subjectId: string, action: string): Promise<EventRow[]> {
  const { rows } = await bench.database.owner.query<EventRow>(
    'select actor_id, before, after from audit_event where subject_id = $1 and action = $2 order by seq',
    [subjectId, action],
  );
  return rows;
}
