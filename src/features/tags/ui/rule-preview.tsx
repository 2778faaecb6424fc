'use client';

import { useEffect, useState, useTransition } from 'react';
import { isZero } from '@/domain/money';
import type { ActionResult } from '@/ui/action-result';
import { formatMoney, formatRange } from '@/ui/format';
import ui from '@/ui/ui.module.css';
import type { TagPreview } from '../preview-rule';
import styles from './tags.module.css';

interface Props {
  readonly shape: { readonly keys: readonly string[] };
  readonly preview: (input: unknown) => Promise<ActionResult<TagPreview | null>>;
}

const WAIT_MS = 250;
const SHOWN = 40;

type Found = { readonly text: string; readonly result: ActionResult<TagPreview | null> };

/** What the rule that is being written would make of the last 30 days. */
export function RulePreview({ shape, preview }: Props) {
  const [found, setFound] = useState<Found | null>(null);
  const [, start] = useTransition();
  const text = JSON.stringify(shape);
  const isAsked = shape.keys.length > 0;
  useEffect(() => {
    if (!isAsked) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      start(async () => {
        const result = await preview(JSON.parse(text)).catch(() => null);
        if (isCurrent && result) start(() => setFound({ text, result }));
      });
    }, WAIT_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, isAsked, preview, start]);
  return (
    <section className={styles.preview} aria-label="Preview" aria-busy={isAsked && found?.text !== text}>
      {!isAsked && <p className={styles.none}>Choose keys to see what they add up to.</p>}
      {isAsked && found && !found.result.ok && <p className={styles.none}>{found.result.error.message}</p>}
      {isAsked && found?.result.ok && found.result.data === null && (
        <p className={styles.none}>No cost is loaded yet, so there is nothing to preview.</p>
      )}
      {isAsked && found?.result.ok && found.result.data && <Values preview={found.result.data} />}
    </section>
  );
}

function Values({ preview }: { preview: TagPreview }) {
  const money = (amount: string) => formatMoney(amount, preview.currency);
  const shown = preview.values.slice(0, SHOWN);
  return (
    <>
      <h3>
        {formatRange(preview.range.start, preview.range.end)}, amortized: {money(preview.total)}
      </h3>
      {preview.missing.length > 0 && (
        <p className={styles.hint}>
          {preview.missing.join(', ')} {preview.missing.length === 1 ? 'is' : 'are'} not in reports yet: saved
          with this rule, the values come when daily costs have been told apart by{' '}
          {preview.missing.length === 1 ? 'it' : 'them'}.
        </p>
      )}
      <ul>
        {shown.map(({ value, amount, from }) => (
          <li key={value ?? 'untagged'} data-none={value === null}>
            <span className={styles.value}>
              {value === null ? 'Not tagged' : value || 'Empty'}
              {from.length > 0 && (
                <span className={styles.from}>
                  {from.slice(0, 6).map((one) => (
                    <code key={`${one.key}=${one.value}`} className={ui.code}>
                      {one.key}={one.value}
                    </code>
                  ))}
                  {from.length > 6 && ` and ${from.length - 6} more`}
                </span>
              )}
            </span>
            <span className={ui.num}>{money(amount)}</span>
          </li>
        ))}
        {preview.values.length > SHOWN && (
          <li>
            <span className={ui.muted}>{preview.values.length - SHOWN} more values</span>
          </li>
        )}
        {!isZero(preview.untold) && (
          <li data-none="true">
            <span>Tags not told, by Cost Explorer</span>
            <span className={ui.num}>{money(preview.untold)}</span>
          </li>
        )}
      </ul>
    </>
  );
}
