'use client';

import { Fragment, useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatCount } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { TagKeyLine, TagSettings } from '../list-tags';
import type { TagValueList } from '../list-tag-values';
import { TagValues } from './tag-values';
import styles from './tags.module.css';

interface Props {
  readonly settings: TagSettings;
  readonly choose: (input: { key: string; isReported: boolean | null }) => Promise<ActionResult<void>>;
  readonly values: (input: { key: string }) => Promise<ActionResult<TagValueList>>;
}

const SHOWN = 50;

function stateOf(line: TagKeyLine): string {
  if (line.values === 0) return line.costExplorer === null ? 'in no bill' : 'in Cost Explorer';
  if (line.isReported) return 'in reports';
  return 'not in reports';
}

/** As many as the source that has most of them tells; of resources alone nobody has counted. */
function valueCount({ values, costExplorer }: TagKeyLine): number {
  return Math.max(values, costExplorer ?? 0);
}

/** Read out with what is seen in it. */
function valueWords(line: TagKeyLine): string {
  const count = valueCount(line);
  if (count === 0) return `Show values of ${line.key}`;
  return `${formatCount(count)} ${count === 1 ? 'value' : 'values'} of ${line.key}`;
}

/** Null: the number of its values decides. */
const CHOICES = [
  ['auto', 'Automatic', null],
  ['in', 'In reports', true],
  ['out', 'Not in reports', false],
] as const;

function Choice({ line, choose }: { line: TagKeyLine; choose: Props['choose'] }) {
  const { run, isPending } = useVerb();
  const current = CHOICES.find(([, , choice]) => choice === line.choice)?.[0] ?? 'auto';
  return (
    <select
      className={styles.select}
      aria-label={`Reports and ${line.key}`}
      value={current}
      disabled={isPending}
      onChange={(event) => {
        const chosen = CHOICES.find(([value]) => value === event.target.value);
        if (chosen) run(() => choose({ key: line.key, isReported: chosen[2] }));
      }}
    >
      {CHOICES.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** Every key, by how many resources have it. */
export function TagKeyTable({ settings, choose, values }: Props) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const [isWhole, setWhole] = useState(false);
  const wanted = text.trim().toLowerCase();
  const found = settings.keys.filter((line) => line.key.toLowerCase().includes(wanted));
  const shown = isWhole ? found : found.slice(0, SHOWN);
  return (
    <Panel
      title="Tag keys"
      note={`${formatCount(settings.keys.length)} in bills, on resources and in Cost Explorer`}
    >
      <p className={styles.intro}>
        A key with at most {formatCount(settings.automaticValues)} values is in reports by itself. One with
        more, such as a name, tells single machines apart: it takes room and time, and is there where you ask
        for it. A key that is in no bill has to be activated as a cost allocation tag in the payer’s billing
        console. One that Cost Explorer knows is activated already: it is in reports once a billing export is
        loaded.
      </p>
      {settings.keys.length > 10 && (
        <div className={styles.find}>
          <input
            type="search"
            aria-label="Find a tag key"
            placeholder="Find a key"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      )}
      {found.length === 0 ? (
        <p className={styles.none}>
          {settings.keys.length === 0
            ? 'No bill and no resource has a tag yet. Tags come with a billing export, a file, or the inventory, and from Cost Explorer where you ask it.'
            : 'No key has this name.'}
        </p>
      ) : (
        <Table
          label="Tag keys"
          columns={[
            { label: 'Key' },
            { label: 'Values', isNumeric: true },
            { label: 'Resources', isNumeric: true },
            { label: 'Now' },
            { label: 'Choice' },
          ]}
        >
          {shown.map((line) => (
            <Fragment key={line.key}>
              <tr>
                <th scope="row">
                  <code className={ui.code}>{line.key}</code>
                  {line.rules.length > 0 && (
                    <span className={styles.part}>part of {line.rules.join(', ')}</span>
                  )}
                </th>
                <td className={ui.num}>
                  <button
                    type="button"
                    className={styles.open}
                    aria-expanded={open === line.key}
                    aria-label={valueWords(line)}
                    onClick={() => setOpen(open === line.key ? null : line.key)}
                  >
                    {valueCount(line) === 0 ? 'Show' : formatCount(valueCount(line))}
                  </button>
                </td>
                <td className={ui.num}>{line.resources === 0 ? '–' : formatCount(line.resources)}</td>
                <td>{stateOf(line)}</td>
                <td>{line.values > 0 ? <Choice line={line} choose={choose} /> : '–'}</td>
              </tr>
              {open === line.key && (
                <tr>
                  <td colSpan={5} className={styles.values}>
                    <TagValues tagKey={line.key} read={values} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </Table>
      )}
      {found.length > shown.length && (
        <p className={styles.none}>
          <button type="button" className={ui.button} onClick={() => setWhole(true)}>
            Show all {formatCount(found.length)}
          </button>
        </p>
      )}
    </Panel>
  );
}
