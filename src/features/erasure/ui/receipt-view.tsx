import { formatCount, formatDuration } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { ReceiptBody } from '../receipt';
import styles from './receipt.module.css';

/** The facts of an erasure, as they were signed. */
export function ReceiptFacts({ receipt, isVerified }: { receipt: ReceiptBody; isVerified: boolean }) {
  return (
    <>
      <section className={`${ui.panel} ${styles.head}`} aria-label="When">
        <div>
          <span>Access ended</span>
          <b>{receipt.accessEndedAt.slice(11, 23)}</b>
        </div>
        <div>
          <span>Out of every page</span>
          <b>
            {receipt.outOfEveryAnswerAfterMs === null
              ? 'not measured'
              : `after ${formatDuration(receipt.outOfEveryAnswerAfterMs)}`}
          </b>
        </div>
        <div>
          <span>Rows gone</span>
          <b>after {formatDuration(receipt.rowsGoneAfterMs)}</b>
        </div>
        <Badge tone={isVerified ? 'good' : 'bad'}>
          {isVerified ? '✓ Signed · verified' : 'Signature does not fit'}
        </Badge>
      </section>
      <Panel title="What was erased" note="rows before and after">
        <Table
          columns={[
            { label: 'Data' },
            { label: 'Before', isNumeric: true },
            { label: 'After', isNumeric: true },
          ]}
        >
          {receipt.rows
            .filter((row) => row.before > 0 || row.after > 0)
            .map((row) => (
              <tr key={row.table}>
                <th scope="row">{row.label}</th>
                <td className={ui.num}>{formatCount(row.before)}</td>
                <td className={ui.num}>{formatCount(row.after)}</td>
              </tr>
            ))}
        </Table>
      </Panel>
    </>
  );
}
