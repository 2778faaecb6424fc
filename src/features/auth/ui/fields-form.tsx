'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import type { ReactNode } from 'react';
import styles from '@/ui/auth.module.css';
import type { Failure } from '@/ui/form-state';
import ui from '@/ui/ui.module.css';

export interface AuthField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'email' | 'password' | 'code';
  readonly autoComplete: string;
  readonly description?: string;
}

interface Props {
  readonly fields: readonly AuthField[];
  readonly submit: string;
  readonly failure: Failure;
  readonly isPending: boolean;
  readonly onSubmit: (values: Record<string, string>) => void;
  readonly initial?: Readonly<Record<string, string>>;
  /** In a panel of a page, and not a card of its own. */
  readonly isInline?: boolean;
  readonly children?: ReactNode;
}

/** Fields, what is wrong with each, and one button. The first field has the focus. */
export function FieldsForm(props: Props) {
  const { fields, submit, failure, isPending, onSubmit, initial = {}, isInline, children } = props;
  // Before the script runs the browser would send the form by itself, to nobody.
  const isReady = useMounted();
  return (
    <form
      className={styles.form}
      data-inline={isInline}
      // Never into the address, should a browser send it by itself.
      method="post"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>);
      }}
    >
      {failure.message && (
        <div className={styles.error} role="alert">
          {failure.message}
        </div>
      )}
      {fields.map((field, at) => {
        const shared = {
          name: field.name,
          label: field.label,
          autoComplete: field.autoComplete,
          required: true,
          withAsterisk: false,
          error: failure.fields[field.name],
          // The form alone holds what is in it: a state of ours would begin empty when the script runs, and take away what
          // was typed or filled in before that.
          defaultValue: initial[field.name] ?? '',
          // A dialog gives the focus to what has the attribute, and otherwise to its own button to close.
          ...(at === 0 && !isInline ? { autoFocus: true, 'data-autofocus': true } : {}),
          ...(field.description ? { description: field.description } : {}),
        };
        if (field.kind === 'password') return <PasswordInput key={field.name} {...shared} />;
        if (field.kind === 'code') {
          return (
            <TextInput
              key={field.name}
              {...shared}
              inputMode="text"
              spellCheck={false}
              autoCapitalize="none"
            />
          );
        }
        return <TextInput key={field.name} {...shared} type={field.kind} />;
      })}
      {isInline ? (
        <div>
          <button className={ui.button} data-kind="primary" disabled={isPending || !isReady}>
            {submit}
          </button>
        </div>
      ) : (
        <Button type="submit" loading={isPending} disabled={!isReady} fullWidth>
          {submit}
        </Button>
      )}
      {children}
    </form>
  );
}
