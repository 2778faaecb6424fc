import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import styles from './tokens.module.css';

export interface TokenDraft {
  readonly name: string;
  /** Days, 'never', or 'date' with the day in `lastDay`. */
  readonly expiry: string;
  readonly lastDay: string;
  /** One range a line. */
  readonly ranges: string;
}

export const emptyDraft = (expiry: string): TokenDraft => ({ name: '', expiry, lastDay: '', ranges: '' });

/** As the verbs take it. */
export const draftInput = (draft: TokenDraft) => ({
  name: draft.name,
  expiry: draft.expiry === 'date' ? draft.lastDay : draft.expiry,
  ranges: draft.ranges.split(/[\s,]+/).filter((range) => range !== ''),
});

const EXPIRIES = [
  ['30', 'After 30 days'],
  ['90', 'After 90 days'],
  ['365', 'After a year'],
  ['date', 'On a date'],
  ['never', 'Never'],
] as const;

interface Props {
  readonly id: string;
  readonly draft: TokenDraft;
  readonly fields: Readonly<Record<string, string>>;
  readonly onChange: (draft: TokenDraft) => void;
}

const errorOf = (fields: Props['fields'], name: string) =>
  fields[name] ?? Object.entries(fields).find(([key]) => key.startsWith(`${name}.`))?.[1];

/** What every token has: a name, an end, and where it may come from. */
export function TokenFields({ id, draft, fields, onChange }: Props) {
  const expiryError = errorOf(fields, 'expiry');
  const rangesError = errorOf(fields, 'ranges');
  return (
    <>
      <div className={styles.line}>
        <TextField
          id={`${id}-name`}
          label="Name"
          autoComplete="off"
          value={draft.name}
          error={errorOf(fields, 'name')}
          onChange={(name) => onChange({ ...draft, name })}
        />
        <div className={styles.field}>
          <label htmlFor={`${id}-expiry`} className={ui.small}>
            Expires
          </label>
          <select
            id={`${id}-expiry`}
            value={draft.expiry}
            onChange={(event) => onChange({ ...draft, expiry: event.target.value })}
          >
            {EXPIRIES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </div>
        {draft.expiry === 'date' && (
          <div className={styles.field}>
            <label htmlFor={`${id}-day`} className={ui.small}>
              Last day, UTC
            </label>
            <input
              id={`${id}-day`}
              type="date"
              value={draft.lastDay}
              aria-invalid={expiryError !== undefined}
              onChange={(event) => onChange({ ...draft, lastDay: event.target.value })}
            />
          </div>
        )}
      </div>
      {expiryError && (
        <div role="alert" className={styles.error}>
          {expiryError}
        </div>
      )}
      <div className={styles.field}>
        <label htmlFor={`${id}-ranges`} className={ui.small}>
          Only from these addresses <span className={ui.muted}>(one a line; empty: from everywhere)</span>
        </label>
        <textarea
          id={`${id}-ranges`}
          spellCheck={false}
          placeholder="203.0.113.0/24"
          value={draft.ranges}
          aria-invalid={rangesError !== undefined}
          onChange={(event) => onChange({ ...draft, ranges: event.target.value })}
        />
        {rangesError && (
          <div role="alert" className={styles.error}>
            {rangesError}
          </div>
        )}
      </div>
    </>
  );
}
