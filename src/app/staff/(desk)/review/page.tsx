import type { Metadata } from 'next';
import { readReview } from '@/features/staff/review';
import { ReviewForm } from '@/features/staff/ui/review-form';
import styles from '@/features/staff/ui/staff.module.css';
import { staffDesk } from '@/server/staff-session';
import { formatCount, formatDateTime } from '@/ui/format';
import { Badge, PageHead, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { signReviewAction } from '../../actions';

export const metadata: Metadata = { title: 'Review', robots: { index: false } };

const at = (date: Date) => formatDateTime(date.toISOString());

export default async function StaffReviewPage() {
  const review = await readReview(await staffDesk());
  return (
    <>
      <PageHead title={`Who is staff, ${review.quarter}`} />
      <div className={ui.stack}>
        {review.isOverdue && (
          <div className={ui.notice} data-tone="warning">
            Nobody has signed this quarter’s list yet.
          </div>
        )}
        <Panel title="Staff" note={`${formatCount(review.people.length)} now`}>
          <Table
            label="Who is staff"
            columns={[
              { label: 'Who' },
              { label: 'Email' },
              { label: 'Since' },
              { label: 'Granted by' },
              { label: 'Second factor' },
              { label: 'Last seen' },
            ]}
          >
            {review.people.map((person) => (
              <tr key={person.id}>
                <th scope="row">{person.name}</th>
                <td>{person.email}</td>
                <td className={ui.muted}>{at(person.grantedAt)}</td>
                <td>{person.grantedBy}</td>
                <td>
                  <Badge tone={person.hasSecondFactor ? 'good' : 'warning'}>
                    {person.hasSecondFactor ? 'set up' : 'not set up'}
                  </Badge>
                </td>
                <td className={ui.muted}>{person.lastSeenAt ? at(person.lastSeenAt) : 'never'}</td>
              </tr>
            ))}
          </Table>
        </Panel>
        <Panel title="Sign off" padded>
          {review.isSignedByMe ? (
            <p className={ui.small}>You have signed the list of {review.quarter}.</p>
          ) : (
            <div className={ui.stack}>
              <p className={ui.small}>
                Is everybody on the list still needed, and set up? Whoever is not is taken off with{' '}
                <code className={ui.code}>npm run staff -- revoke EMAIL</code> first.
              </p>
              <ReviewForm
                key={review.seen}
                quarter={review.quarter}
                seen={review.seen}
                sign={signReviewAction}
              />
            </div>
          )}
        </Panel>
        {review.signOffs.length > 0 && (
          <Panel title="Signed">
            <Table
              label="Signed lists"
              columns={[
                { label: 'Quarter' },
                { label: 'By' },
                { label: 'When' },
                { label: 'People', isNumeric: true },
                { label: 'Note' },
              ]}
            >
              {review.signOffs.map((one) => (
                <tr key={`${one.quarter} ${one.signedBy} ${one.signedAt.toISOString()}`}>
                  <th scope="row">{one.quarter}</th>
                  <td>{one.signedBy}</td>
                  <td className={ui.muted}>{at(one.signedAt)}</td>
                  <td className={ui.num}>{formatCount(one.people)}</td>
                  <td className={styles.reason}>{one.note}</td>
                </tr>
              ))}
            </Table>
          </Panel>
        )}
      </div>
    </>
  );
}
