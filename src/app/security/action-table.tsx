import { notesOf, type ActionNote, type PermissionGroup } from '@/aws/permissions';
import { Panel } from '@/ui/panel';
import { isFound } from './search';
import styles from './security.module.css';

/** The words of a row, in the order in which the filter in the browser reads them. */
export function foundNotes(group: PermissionGroup, query: string): ReadonlySet<ActionNote> {
  return new Set(
    notesOf(group).filter((note) =>
      isFound([group.title, note.action, note.feature, note.returns, note.safe].join(' '), query),
    ),
  );
}

function choiceOf(group: PermissionGroup): string {
  if (group.parameter === null) return 'cannot be struck';
  return group.default ? 'on unless you strike it' : 'off unless you turn it on';
}

export function ActionTable({ group, found }: { group: PermissionGroup; found: ReadonlySet<ActionNote> }) {
  const notes = notesOf(group);
  const count = notes.length === 1 ? '1 action' : `${notes.length} actions`;
  return (
    <div id={group.id} className={styles.group} data-group={group.title} hidden={found.size === 0}>
      <Panel title={group.title} note={`${count}, ${choiceOf(group)}`}>
        <p className={styles.purpose}>
          {group.purpose}. {group.withoutIt}.
          {group.parameter !== null && (
            <>
              {' '}
              Template parameter: <code>{group.parameter}</code>.
            </>
          )}
        </p>
        {/* The roles stay when the narrow layout takes the table apart. */}
        <table role="table" className={styles.table} aria-label={group.title}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                Action
              </th>
              <th role="columnheader" scope="col">
                Feature
              </th>
              <th role="columnheader" scope="col">
                What it returns
              </th>
              <th role="columnheader" scope="col">
                Why it is safe
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {notes.map((note) => (
              <tr role="row" key={note.action} data-row="" hidden={!found.has(note)}>
                <th role="rowheader" scope="row">
                  <code>{note.action}</code>
                </th>
                <td role="cell" data-label="Feature">
                  {note.feature}
                </td>
                <td role="cell" data-label="Returns">
                  {note.returns}
                </td>
                <td role="cell" data-label="Safe">
                  {note.safe}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </div>
  );
}
