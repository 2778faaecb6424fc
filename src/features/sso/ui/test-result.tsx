import { Badge } from '@/ui/panel';
import { formatDateTime } from '@/ui/format';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import styles from './sso.module.css';

type Test = NonNullable<ConnectionFacts['lastTest']>;

function Made({ test }: { test: Test }) {
  return (
    <ul className={styles.checks}>
      <li>
        <span>Email address</span>
        <span className={styles.row}>
          {test.email ?? 'None'}
          {test.email && !test.isOfVerifiedDomain && <Badge tone="warning">Domain not verified</Badge>}
        </span>
      </li>
      <li>
        <span>Name</span>
        <span>{test.name ?? 'None'}</span>
      </li>
      <li>
        <span>Role that they would get</span>
        <span>{test.role ?? 'None'}</span>
      </li>
      <li>
        <span>Groups</span>
        <span>{test.groups.length > 0 ? test.groups.join(', ') : 'None sent'}</span>
      </li>
    </ul>
  );
}

/** What the last test login said, and what was made of it. */
export function TestResult({ test }: { test: Test }) {
  return (
    <div className={styles.stepBody} role="status">
      <div className={styles.row}>
        <Badge tone={test.isPassed ? 'good' : 'bad'}>{test.isPassed ? 'Passed' : 'Refused'}</Badge>
        <span className={`${ui.small} ${ui.muted}`}>Test login of {formatDateTime(test.at)}</span>
      </div>
      {test.text && <p className={styles.error}>{test.text}</p>}
      {(test.isPassed || test.attributes.length > 0) && <Made test={test} />}
      {test.attributes.length > 0 && (
        <details className={styles.sent}>
          <summary>
            What the provider sent: {test.attributes.length}{' '}
            {test.attributes.length === 1 ? 'attribute' : 'attributes'}
          </summary>
          <div className={styles.wrap}>
            <Table
              label="Attributes that the provider sent"
              columns={[{ label: 'Attribute' }, { label: 'Value' }]}
            >
              {test.attributes.map(({ name, values, more }) => (
                <tr key={name}>
                  <th scope="row" className={styles.cell}>
                    {name}
                  </th>
                  <td className={styles.cell}>
                    {values.join(', ')}
                    {more > 0 && <span className={ui.muted}> and {more} more</span>}
                  </td>
                </tr>
              ))}
            </Table>
          </div>
        </details>
      )}
    </div>
  );
}
