'use client';

import { useEffect, useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatCount } from '@/ui/format';
import ui from '@/ui/ui.module.css';
import type { TagValueLine, TagValueList } from '../list-tag-values';
import styles from './tags.module.css';

interface Props {
  readonly tagKey: string;
  readonly read: (input: { key: string }) => Promise<ActionResult<TagValueList>>;
}

function sourcesOf({ isInBill, resources, isInCostExplorer }: TagValueLine): string {
  return [
    ...(isInBill ? ['in a bill'] : []),
    ...(resources > 0 ? [`${formatCount(resources)} ${resources === 1 ? 'resource' : 'resources'}`] : []),
    ...(isInCostExplorer ? ['in Cost Explorer'] : []),
  ].join(', ');
}

/** The values of one key, and who tells of each. */
export function TagValues({ tagKey, read }: Props) {
  const [answer, setAnswer] = useState<ActionResult<TagValueList> | 'lost' | null>(null);
  useEffect(() => {
    let isGone = false;
    void read({ key: tagKey })
      .catch(() => 'lost' as const)
      .then((found) => {
        if (!isGone) setAnswer(found);
      });
    return () => {
      isGone = true;
    };
  }, [tagKey, read]);
  if (answer === null) return <span className={ui.muted}>Reading the values…</span>;
  if (answer === 'lost' || !answer.ok) {
    return (
      <span role="alert" className={styles.error}>
        {answer === 'lost' ? 'The values could not be read. Open the key again.' : answer.error.message}
      </span>
    );
  }
  const { lines, total } = answer.data;
  if (lines.length === 0) {
    return <span className={ui.muted}>Its values are not known yet.</span>;
  }
  return (
    <>
      <ul className={styles.valueList} aria-label={`Values of ${tagKey}`}>
        {lines.map((line) => (
          <li key={line.value}>
            <code className={ui.code}>{line.value === '' ? '(empty)' : line.value}</code>
            <span className={ui.muted}>{sourcesOf(line)}</span>
          </li>
        ))}
      </ul>
      {total > lines.length && (
        <p className={ui.muted}>
          The first {formatCount(lines.length)} of {formatCount(total)}.
        </p>
      )}
    </>
  );
}
