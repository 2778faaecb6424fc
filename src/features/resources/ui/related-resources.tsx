import Link from 'next/link';
import overview from '@/features/costs/ui/overview.module.css';
import { regionLabel } from '@/features/costs/labels';
import { formatCount } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { ResourceLine } from '../resources';
import { CostCell } from './figures';
import { resourceName } from './plain-words';

interface Props {
  readonly related: readonly ResourceLine[];
  readonly currency: string;
  /** What their pages take over from this one. */
  readonly detail: string;
}

/** What a resource belongs to, and what belongs to it. */
export function RelatedResources({ related, currency, detail }: Props) {
  if (related.length === 0) return null;
  return (
    <Panel
      title="Related resources"
      note={`${formatCount(related.length)} ${related.length === 1 ? 'resource' : 'resources'}`}
    >
      <Table
        label="List of related resources"
        columns={[
          { label: 'Name' },
          { label: 'Type' },
          { label: 'Region' },
          { label: '30 days', isNumeric: true },
        ]}
      >
        {related.map((line) => (
          <tr key={line.ref} data-link="true">
            <th scope="row">
              <Link
                className={overview.name}
                href={`/resources/${line.ref}${detail ? `?${detail}` : ''}`}
                prefetch={false}
                title={line.id}
              >
                <span>{resourceName(line)}</span>
              </Link>{' '}
              {line.isGone && <Badge>Gone</Badge>}
            </th>
            <td>{line.typeLabel}</td>
            <td>{regionLabel(line.region)}</td>
            <td className={ui.num}>
              <CostCell cost={line.costs?.['30'] ?? null} currency={currency} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
