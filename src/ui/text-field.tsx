import styles from './text-field.module.css';
import ui from './ui.module.css';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly autoComplete?: string;
}

export function TextField({ id, label, value, error, onChange, type = 'text', autoComplete }: Props) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={ui.small}>
        {label}
      </label>
      <input
        id={id}
        type={type}
        {...(autoComplete ? { autoComplete } : {})}
        value={value}
        aria-invalid={error !== undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {error && (
        <div role="alert" className={styles.error}>
          {error}
        </div>
      )}
    </div>
  );
}
