import { addDays } from '@/domain/period';
import { formatBytes, formatCount, formatDateTime, formatExact, formatRange } from '@/ui/format';
import { Badge, Panel, type Tone } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { FileSummary } from '../list-files';
import type { FileProblem, FileState } from '../schemas';
import styles from './upload-panel.module.css';

interface Props {
  readonly file: FileSummary;
  readonly isPending: boolean;
  readonly onLoad: (() => void) | null;
  readonly onRemove: (() => void) | null;
}

const STATES: Readonly<Record<FileState, { text: string; tone: Tone }>> = {
  receiving: { text: 'on its way', tone: 'accent' },
  received: { text: 'being read', tone: 'accent' },
  read: { text: 'not loaded yet', tone: 'warning' },
  wanted: { text: 'being loaded', tone: 'accent' },
  refused: { text: 'refused', tone: 'bad' },
  loaded: { text: 'loaded', tone: 'good' },
};

function factsOf(file: FileSummary): string {
  return [
    file.format,
    formatBytes(file.bytes),
    file.rows > 0 ? `${formatCount(file.rows)} rows` : null,
    file.firstDate && file.lastDate
      ? formatRange(file.firstDate, addDays(file.lastDate, 1), { year: true })
      : null,
    file.loadedAt
      ? `loaded ${formatDateTime(file.loadedAt)}`
      : `${file.object ? 'fetched' : 'uploaded'} ${formatDateTime(file.receivedAt)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function Totals({ file }: { file: FileSummary }) {
  return (
    <Table
      label={`Totals of ${file.name}`}
      columns={[
        { label: 'Provider' },
        { label: 'Currency' },
        { label: 'Rows', isNumeric: true },
        { label: 'Billed cost', isNumeric: true },
        { label: 'Effective cost', isNumeric: true },
      ]}
    >
      {file.totals.map((total) => (
        <tr key={`${total.provider} ${total.currency}`}>
          <th scope="row">{total.provider || 'not named'}</th>
          <td>{total.currency}</td>
          <td className={ui.num}>{formatCount(total.rows)}</td>
          <td className={ui.num}>{formatExact(total.billed)}</td>
          <td className={ui.num}>{formatExact(total.effective)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Problems({ file }: { file: FileSummary }) {
  const more = file.problemCount - file.problems.length;
  const where = (problem: FileProblem) => (problem.row === null ? 'some' : formatCount(problem.row));
  return (
    <>
      <Table
        label={`What is wrong with ${file.name}`}
        columns={[
          { label: 'Row', isNumeric: true },
          { label: 'Column' },
          { label: 'Value' },
          { label: 'What is wrong' },
        ]}
      >
        {file.problems.map((problem, index) => (
          <tr key={`${problem.row} ${problem.column} ${index}`}>
            <td className={ui.num}>{where(problem)}</td>
            <th scope="row">{problem.column}</th>
            <td className={styles.value}>
              <code className={ui.code}>{problem.value || '–'}</code>
            </td>
            <td>{problem.message}</td>
          </tr>
        ))}
      </Table>
      {more > 0 && <p className={styles.more}>And {formatCount(more)} more.</p>}
    </>
  );
}

/** One file: what it brought, would bring, or is refused for. */
export function FileCard({ file, isPending, onLoad, onRemove }: Props) {
  const state = STATES[file.state];
  return (
    <Panel
      title={file.name}
      note={
        <span className={styles.head}>
          <Badge tone={state.tone}>{state.text}</Badge>
          {file.object?.goneAt && (
            <Badge tone="warning" title={`Not found since ${formatDateTime(file.object.goneAt)}`}>
              no longer in the bucket
            </Badge>
          )}
          {file.state === 'read' && onLoad && (
            <button
              type="button"
              className={ui.button}
              data-kind="primary"
              disabled={isPending}
              onClick={onLoad}
            >
              Load {formatCount(file.rows)} rows
            </button>
          )}
          {onRemove && !['received', 'wanted'].includes(file.state) && (
            <button type="button" className={ui.button} disabled={isPending} onClick={onRemove}>
              Remove
            </button>
          )}
        </span>
      }
    >
      <p className={styles.facts}>{factsOf(file)}</p>
      {file.failure && (
        <div className={styles.notice}>
          <div className={ui.notice} data-tone="bad">
            {file.failure}
          </div>
        </div>
      )}
      {(file.warnings.length > 0 || file.leftOutRows > 0) && (
        <ul className={styles.warnings}>
          {file.leftOutRows > 0 && (
            <li>
              {formatCount(file.leftOutRows)} rows are of accounts that are connected by a role already. They
              are left out, so that nothing counts twice.
            </li>
          )}
          {file.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {file.totals.length > 0 && <Totals file={file} />}
      {file.problems.length > 0 && <Problems file={file} />}
    </Panel>
  );
}
