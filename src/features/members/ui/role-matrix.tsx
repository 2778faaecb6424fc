import { roles, roleTable, type Role } from '@/domain/permissions';
import { Badge } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import styles from './people.module.css';

function Cell({ isAllowed }: { isAllowed: boolean }) {
  return isAllowed ? (
    <td>
      <span className={styles.yes} aria-hidden="true">
        ✓
      </span>{' '}
      Yes
    </td>
  ) : (
    <td className={ui.muted}>
      <span aria-hidden="true">–</span> No
    </td>
  );
}

/** The very table that decides, as it stands in the code. */
export function RoleMatrix({ own }: { own: Role | null }) {
  return (
    <div className={styles.dense}>
      <Table
        label="Roles"
        columns={[
          { label: 'What' },
          ...roles.map((role) => ({ label: role === own ? `${roleName(role)} (you)` : roleName(role) })),
          { label: 'Limited to some accounts' },
        ]}
      >
        {roleTable.map((row) => (
          <tr key={row.permission}>
            <th scope="row" className={styles.what}>
              {row.words}
            </th>
            {roles.map((role) => (
              <Cell key={role} isAllowed={row.roles.includes(role)} />
            ))}
            <td>
              {row.isWhole ? (
                <Badge tone="warning">Closed</Badge>
              ) : (
                <span className={ui.muted}>As their role</span>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
