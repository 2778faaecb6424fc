import { typeLabel } from '@/features/resources/type-label';
import { formatCount, formatDateTime } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { ConnectionInventory, InventoryGapGroup, InventoryType } from '../read-inventory';
import styles from './inventory-panel.module.css';

const NAMED_AT_MOST = 3;

const labelOf = (type: string) => (type === 'tagged' ? 'Other types, by their tags' : typeLabel(type));

/** A few names as they are, many as their number with the names in the title. */
function Names({ names, noun }: { names: readonly string[]; noun: string }) {
  if (names.length <= NAMED_AT_MOST) return <>{names.join(', ')}</>;
  return <span title={names.join(', ')}>{`${formatCount(names.length)} ${noun}`}</span>;
}

function Types({ types }: { types: readonly InventoryType[] }) {
  return (
    <div className={styles.dense}>
      <Table
        label="Resources by type"
        columns={[
          { label: 'Type' },
          { label: 'Resources', isNumeric: true },
          { label: 'Regions' },
          { label: 'Listed' },
        ]}
      >
        {types.map((one) => (
          <tr key={one.type}>
            <th scope="row" title={one.type}>
              {typeLabel(one.type)}
            </th>
            <td className={ui.num}>{formatCount(one.resources)}</td>
            <td>
              <Names names={one.regions} noun="regions" />
            </td>
            <td>{formatDateTime(one.listedAt)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Gaps({ gaps }: { gaps: readonly InventoryGapGroup[] }) {
  return (
    <div className={styles.dense}>
      <Table
        label="Missing from the inventory"
        columns={[{ label: 'Missing' }, { label: 'Types' }, { label: 'Regions' }, { label: 'Reason' }]}
      >
        {gaps.map((gap) => (
          <tr key={`${gap.action} ${gap.message}`}>
            <th scope="row">
              <Badge tone="warning">{gap.isDenied ? 'Not granted' : 'Not reached'}</Badge>{' '}
              <code className={ui.code}>{gap.action}</code>
            </th>
            <td>
              <Names names={gap.types.map(labelOf)} noun="types" />
            </td>
            <td>
              <Names names={gap.regions} noun="regions" />
            </td>
            <td className={styles.reason}>{gap.message}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

/** What the account has, by type, and what could not be listed and why. */
export function InventoryPanel({ inventory }: { readonly inventory: ConnectionInventory }) {
  const { listedAt, types, gaps } = inventory;
  const total = types.reduce((sum, one) => sum + one.resources, 0);
  return (
    <Panel
      title="Inventory"
      note={
        listedAt === null
          ? 'not taken yet'
          : `${formatCount(total)} ${total === 1 ? 'resource' : 'resources'}, listed ${formatDateTime(listedAt)}`
      }
    >
      {types.length > 0 && (
        <>
          <Types types={types} />
          <p className={styles.body}>
            Lambda functions and CloudFront distributions are found by their tags: AWS lists them only with
            their environment variables and headers, so we never ask. One that never had a tag is known by the
            bill alone.
          </p>
        </>
      )}
      {types.length === 0 && (
        <p className={styles.body}>
          {listedAt === null
            ? 'The next sync lists what the account has. Listing is free of charge, and nothing inside a resource is read.'
            : 'AWS listed no resource in the regions that are switched on.'}
        </p>
      )}
      {gaps.length > 0 && <Gaps gaps={gaps} />}
    </Panel>
  );
}
