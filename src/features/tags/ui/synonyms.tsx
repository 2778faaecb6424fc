'use client';

import ui from '@/ui/ui.module.css';
import styles from './tags.module.css';

export interface Synonym {
  readonly from: string;
  readonly to: string;
}

interface Props {
  readonly synonyms: readonly Synonym[];
  readonly onChange: (synonyms: Synonym[]) => void;
}

/** Values that are counted as another one, such as `prod` as `production`. */
export function Synonyms({ synonyms, onChange }: Props) {
  const change = (index: number, part: Partial<Synonym>) =>
    onChange(synonyms.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <fieldset className={styles.choices}>
      <legend>Values that count as another</legend>
      {synonyms.map((synonym, index) => (
        <div key={index} className={styles.synonym}>
          <input
            aria-label={`Value ${index + 1}`}
            placeholder="prod"
            value={synonym.from}
            onChange={(event) => change(index, { from: event.target.value })}
          />
          <span className={ui.muted}>as</span>
          <input
            aria-label={`Counted as ${index + 1}`}
            placeholder="production"
            value={synonym.to}
            onChange={(event) => change(index, { to: event.target.value })}
          />
          <button
            type="button"
            className={ui.button}
            aria-label={`Take value ${index + 1} away`}
            onClick={() => onChange(synonyms.filter((_, at) => at !== index))}
          >
            ×
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          className={ui.button}
          onClick={() => onChange([...synonyms, { from: '', to: '' }])}
        >
          Add a value
        </button>
      </div>
    </fieldset>
  );
}
