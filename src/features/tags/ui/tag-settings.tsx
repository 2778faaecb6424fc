'use client';

import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { TagRuleLine, TagSettings } from '../list-tags';
import type { TagPreview } from '../preview-rule';
import type { TagValueList } from '../list-tag-values';
import { RuleForm, type Draft } from './rule-form';
import { TagKeyTable } from './tag-key-table';
import styles from './tags.module.css';

export interface TagVerbs {
  readonly save: (input: unknown) => Promise<ActionResult<{ id: string }>>;
  readonly remove: (input: { id: string }) => Promise<ActionResult<void>>;
  readonly choose: (input: { key: string; isReported: boolean | null }) => Promise<ActionResult<void>>;
  readonly preview: (input: unknown) => Promise<ActionResult<TagPreview | null>>;
  readonly values: (input: { key: string }) => Promise<ActionResult<TagValueList>>;
}

interface Props {
  readonly settings: TagSettings;
  readonly suggestions: readonly (readonly string[])[];
  readonly verbs: TagVerbs;
}

const emptyDraft: Draft = { id: null, name: '', keys: [], ignoresCase: true, synonyms: [] };

const capitalised = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);

/** A tag may be called as one of its own keys, and as no other. */
const nameFor = (keys: readonly string[]) =>
  capitalised([...keys].sort((a, b) => b.length - a.length)[0] ?? '');

function Rules({
  rules,
  onEdit,
  onDelete,
}: {
  rules: readonly TagRuleLine[];
  onEdit: (rule: TagRuleLine) => void;
  onDelete: (rule: TagRuleLine) => void;
}) {
  return (
    <ul className={styles.rules}>
      {rules.map((rule) => (
        <li key={rule.id}>
          <div className={styles.rule}>
            <strong>{rule.name}</strong>
            <span className={styles.keys}>
              {rule.keys.map((key) => (
                <code key={key} className={ui.code}>
                  {key}
                </code>
              ))}
            </span>
            <span className={`${ui.small} ${ui.muted}`}>
              {rule.ignoresCase ? 'case ignored' : 'values as they are spelled'}
              {rule.synonyms.length > 0 && ` · ${rule.synonyms.length} values count as another`}
            </span>
          </div>
          <span className={styles.buttons}>
            <button
              type="button"
              className={ui.button}
              aria-label={`Edit ${rule.name}`}
              onClick={() => onEdit(rule)}
            >
              Edit
            </button>
            <button
              type="button"
              className={ui.button}
              aria-label={`Delete ${rule.name}`}
              onClick={() => onDelete(rule)}
            >
              Delete
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Tags of the reports: which keys there are, which of them reports tell apart, and which count as one. */
export function TagSettingsPage({ settings, suggestions, verbs }: Props) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [doomed, setDoomed] = useState<TagRuleLine | null>(null);
  const { run, refusal } = useVerb();
  return (
    <div className={ui.stack}>
      {refusal && (
        <div role="alert" className={ui.notice} data-tone="bad">
          {refusal}
        </div>
      )}
      {settings.isBuilding && (
        <div role="status" className={ui.notice}>
          Daily costs are being told apart by the tags that you chose. Reports show them when that is done.
        </div>
      )}
      {draft && (
        <RuleForm
          key={draft.id ?? draft.keys.join()}
          start={draft}
          keys={settings.keys}
          save={verbs.save}
          preview={verbs.preview}
          onClose={() => setDraft(null)}
        />
      )}
      <Panel
        title="Tags that join several keys"
        note={
          draft ? undefined : (
            <button
              type="button"
              className={ui.button}
              data-kind="primary"
              onClick={() => setDraft(emptyDraft)}
            >
              New rule
            </button>
          )
        }
      >
        {settings.rules.length > 0 ? (
          <Rules
            rules={settings.rules}
            onEdit={(rule) => setDraft({ ...rule, keys: [...rule.keys], synonyms: [...rule.synonyms] })}
            onDelete={setDoomed}
          />
        ) : (
          <p className={styles.none}>
            Where one tag is spelled in several ways, a rule makes one of them in every report, without a
            change to anything in the cloud.
          </p>
        )}
        {suggestions.map((keys) => (
          <div key={keys.join()} className={styles.suggestion}>
            <span>
              <span className={styles.keys}>
                {keys.map((key) => (
                  <code key={key} className={ui.code}>
                    {key}
                  </code>
                ))}
              </span>{' '}
              look like one tag.
            </span>
            <button
              type="button"
              className={ui.button}
              onClick={() => setDraft({ ...emptyDraft, name: nameFor(keys), keys: [...keys] })}
            >
              Join them
            </button>
          </div>
        ))}
      </Panel>
      <TagKeyTable settings={settings} choose={verbs.choose} values={verbs.values} />
      {doomed && (
        <ConfirmDialog
          title={`Delete the rule ${doomed.name}?`}
          confirm="Delete"
          isDanger
          onClose={() => setDoomed(null)}
          onConfirm={() => run(() => verbs.remove({ id: doomed.id }))}
        >
          Reports show its keys one by one again. Views that use it stay, and find nothing under its name.
        </ConfirmDialog>
      )}
    </div>
  );
}
