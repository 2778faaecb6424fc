import Form from 'next/form';
import type { ReactNode } from 'react';
import { ButtonLink } from '@/ui/button-link';
import ui from '@/ui/ui.module.css';
import type { AuditPerson } from '../read-audit';
import styles from './audit.module.css';

export interface ActionChoice {
  readonly group: string;
  readonly label: string;
  readonly actions: readonly { readonly action: string; readonly label: string }[];
}

interface Props {
  /** As the address has it, so that what is wrong is shown too. */
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly people: readonly AuditPerson[];
  readonly choices: readonly ActionChoice[];
}

const KINDS = [
  ['user', 'A person'],
  ['token', 'A token'],
  ['staff', 'The operator’s staff'],
  ['system', 'Belvedere itself'],
  ['stranger', 'Somebody not signed in'],
] as const;

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly error: string | undefined;
  readonly className?: string | undefined;
  readonly children: (given: {
    id: string;
    name: string;
    'aria-invalid': boolean;
    'aria-describedby'?: string;
  }) => ReactNode;
}

function Field({ name, label, error, className, children }: FieldProps) {
  const id = `audit-${name}`;
  return (
    <div className={`${styles.filter ?? ''} ${className ?? ''}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        name,
        'aria-invalid': error !== undefined,
        ...(error ? { 'aria-describedby': `${id}-error` } : {}),
      })}
      {error && (
        <span id={`${id}-error`} role="alert" className={styles.error}>
          {error}
        </span>
      )}
    </div>
  );
}

/** A plain form that leads to its own address: the filter is in the address and nowhere else. */
export function AuditFilters({ values, errors, people, choices }: Props) {
  const value = (name: string) => values[name] ?? '';
  const isKnown = people.some((person) => person.id === value('member'));
  return (
    <Form action="/settings/audit" className={styles.filters} key={JSON.stringify(values)} role="search">
      <Field name="q" label="Search" error={errors['q']} className={styles.search}>
        {(given) => (
          <input
            {...given}
            type="search"
            defaultValue={value('q')}
            maxLength={200}
            placeholder="Name, address, text"
          />
        )}
      </Field>
      <Field name="actor" label="Who" error={errors['actor']}>
        {(given) => (
          <select {...given} defaultValue={value('actor')}>
            <option value="">Anybody</option>
            {KINDS.map(([kind, label]) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="member" label="Person" error={errors['member']}>
        {(given) => (
          <select {...given} defaultValue={value('member')}>
            <option value="">Everybody</option>
            {value('member') && !isKnown && <option value={value('member')}>Somebody else</option>}
            {people.map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="action" label="What" error={errors['action']}>
        {(given) => (
          <select {...given} defaultValue={value('action')}>
            <option value="">Everything</option>
            {choices.map(({ group, label, actions }) => (
              <optgroup key={group} label={label}>
                <option value={group}>{label}: all</option>
                {actions.map((one) => (
                  <option key={one.action} value={one.action}>
                    {one.label}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      <Field name="from" label="From (UTC)" error={errors['from']}>
        {(given) => <input {...given} type="date" defaultValue={value('from')} />}
      </Field>
      <Field name="to" label="To" error={errors['to']}>
        {(given) => <input {...given} type="date" defaultValue={value('to')} />}
      </Field>
      <div className={styles.submit}>
        <button className={ui.button}>Filter</button>
        {Object.keys(values).length > 0 && (
          <ButtonLink href="/settings/audit" kind="plain">
            Clear
          </ButtonLink>
        )}
      </div>
    </Form>
  );
}
