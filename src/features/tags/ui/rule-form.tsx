'use client';

import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatCount } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { TagKeyLine } from '../list-tags';
import type { TagPreview } from '../preview-rule';
import { RulePreview } from './rule-preview';
import { Synonyms, type Synonym } from './synonyms';
import styles from './tags.module.css';

export interface Draft {
  readonly id: string | null;
  readonly name: string;
  readonly keys: readonly string[];
  readonly ignoresCase: boolean;
  readonly synonyms: readonly Synonym[];
}

interface Props {
  readonly start: Draft;
  readonly keys: readonly TagKeyLine[];
  readonly save: (input: unknown) => Promise<ActionResult<{ id: string }>>;
  readonly preview: (input: unknown) => Promise<ActionResult<TagPreview | null>>;
  readonly onClose: () => void;
}

/** Keys that are offered while nothing is searched for. */
const OFFERED = 12;

function Keys({
  keys,
  chosen,
  onChange,
}: {
  keys: readonly TagKeyLine[];
  chosen: readonly string[];
  onChange: (keys: string[]) => void;
}) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const others = keys
    .filter((line) => !chosen.includes(line.key) && line.key.toLowerCase().includes(wanted))
    .slice(0, OFFERED);
  return (
    <fieldset className={styles.choices}>
      <legend>Keys, the first that is there counts</legend>
      <div className={styles.chips}>
        {chosen.map((key) => (
          <button
            key={key}
            type="button"
            className={styles.chip}
            aria-label={`Take ${key} out`}
            onClick={() => onChange(chosen.filter((one) => one !== key))}
          >
            {key} <span aria-hidden="true">×</span>
          </button>
        ))}
        {chosen.length === 0 && <span className={`${ui.small} ${ui.muted}`}>None yet.</span>}
      </div>
      <input
        type="search"
        aria-label="Find a key to add"
        placeholder="Find a key"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.offers}>
        {others.map((line) => (
          <button
            key={line.key}
            type="button"
            className={styles.offer}
            aria-label={`Add ${line.key}`}
            onClick={() => onChange([...chosen, line.key])}
          >
            + {line.key}
            <span className={ui.muted}>{line.values > 0 ? formatCount(line.values) : ''}</span>
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Makes or changes a rule, with what it would make of the last 30 days beside it. */
export function RuleForm({ start, keys, save, preview, onClose }: Props) {
  const [draft, setDraft] = useState(start);
  const { run, isPending, refusal, fields } = useVerb();
  const synonyms = draft.synonyms.filter(({ from, to }) => from !== '' || to !== '');
  const shape = { keys: draft.keys, ignoresCase: draft.ignoresCase, synonyms };
  return (
    <Panel title={start.id ? `Rule ${start.name}` : 'New rule'} padded>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          run(() => save({ id: draft.id, name: draft.name, ...shape }), { done: onClose });
        }}
      >
        <div className={styles.fields}>
          <TextField
            id="rule-name"
            label="Name in reports"
            value={draft.name}
            error={fields['name']}
            onChange={(name) => setDraft({ ...draft, name })}
          />
          <Keys keys={keys} chosen={draft.keys} onChange={(of) => setDraft({ ...draft, keys: of })} />
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={draft.ignoresCase}
              onChange={(event) => setDraft({ ...draft, ignoresCase: event.target.checked })}
            />
            Ignore case and space around values
          </label>
          <Synonyms synonyms={draft.synonyms} onChange={(of) => setDraft({ ...draft, synonyms: of })} />
          {refusal && fields['name'] === undefined && (
            <div role="alert" className={styles.error}>
              {refusal}
            </div>
          )}
          <div className={styles.buttons}>
            <button type="submit" className={ui.button} data-kind="primary" disabled={isPending}>
              Save rule
            </button>
            <button type="button" className={ui.button} onClick={onClose}>
              Cancel
            </button>
          </div>
        </div>
        <RulePreview shape={shape} preview={preview} />
      </form>
    </Panel>
  );
}
