import { formatDateTime } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import type { RefusalFacts } from '../read-sso';
import styles from './sso.module.css';

/** People at the door are told nothing of the reason; here it stands. */
export function RefusalsPanel({ refusals }: { refusals: readonly RefusalFacts[] }) {
  if (refusals.length === 0) return null;
  return (
    <Panel title="Refused of late" note="all of them are in the audit trail">
      <Table label="Refused sign-ins" columns={[{ label: 'When' }, { label: 'Why' }, { label: 'From' }]}>
        {refusals.map(({ at, text, address }, index) => (
          <tr key={`${at} ${index}`}>
            <th scope="row">{formatDateTime(at)}</th>
            <td className={styles.cell}>{text}</td>
            <td>{address ?? ''}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
