import type { Metadata } from 'next';
import { runtime } from '@/runtime';
import { formatDay } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { Mail } from '../security/facts';
import { PublicFrame } from '../security/public-frame';
import styles from '../security/security.module.css';

export const metadata: Metadata = {
  title: 'Subprocessors',
  description: 'Who else is handed data of this installation of Belvedere.',
};

export const dynamic = 'force-dynamic';

/** For anyone: the operator's list, and what it means where it is empty. */
export default function SubprocessorsPage() {
  const { subprocessors, privacyEmail, name } = runtime().config.operator;
  const lead =
    subprocessors.length === 0
      ? 'The operator of this installation names nobody who is handed data of it.'
      : `Who is handed data of this installation, as ${name ?? 'its operator'} says.`;
  return (
    <PublicFrame title="Subprocessors" here="/subprocessors" lead={lead}>
      {subprocessors.length > 0 && (
        <Panel title="Who, and what for">
          <table role="table" className={`${styles.table} ${styles.quarters}`} aria-label="Subprocessors">
            <thead role="rowgroup">
              <tr role="row">
                {['Name', 'What for', 'Where', 'Since'].map((label) => (
                  <th key={label} role="columnheader" scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {subprocessors.map(({ name: who, purpose, location, since }) => (
                <tr role="row" key={`${who} ${purpose}`}>
                  <th role="rowheader" scope="row">
                    {who}
                  </th>
                  <td role="cell" data-label="For">
                    {purpose}
                  </td>
                  <td role="cell" data-label="Where">
                    {location}
                  </td>
                  <td role="cell" data-label="Since">
                    {formatDay(since, { year: true })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      <Panel title="What Belvedere itself does">
        <div className={styles.prose}>
          <p>
            Belvedere sends nothing to its makers and uses no service of others. It calls AWS with the role
            that you made, and the database, mail server and DNS that the operator runs or rents. Where those
            are rented, their providers belong on this list, and the operator puts them there.
          </p>
          <p>
            Where a workspace signs in or provisions people through an identity provider, that is the
            workspace’s own, not the operator’s.
          </p>
          {privacyEmail && (
            <p>
              Questions, or a wish to hear of changes: <Mail to={privacyEmail} />.
            </p>
          )}
        </div>
      </Panel>
    </PublicFrame>
  );
}
