import { formatCount } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import styles from './scim.module.css';

interface Props {
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly members: number;
    readonly role: string | null;
  }[];
  readonly total: number;
}

export function GroupTable({ groups, total }: Props) {
  const note =
    total > groups.length ? `the first ${groups.length} of ${formatCount(total)}` : formatCount(total);
  return (
    <Panel title="Groups" {...(total > 0 ? { note } : {})}>
      {groups.length > 0 ? (
        <Table
          label="Groups"
          columns={[
            { label: 'Group' },
            { label: 'People', isNumeric: true },
            { label: 'Role that it gives' },
          ]}
        >
          {groups.map((group) => (
            <tr key={group.id}>
              <th scope="row">{group.name}</th>
              <td className={ui.num}>{formatCount(group.members)}</td>
              <td>{group.role ? roleName(group.role) : <span className={ui.muted}>None</span>}</td>
            </tr>
          ))}
        </Table>
      ) : (
        <p className={styles.none}>Your identity provider has sent none so far.</p>
      )}
    </Panel>
  );
}
