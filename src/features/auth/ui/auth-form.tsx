'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useActionState } from 'react';
import styles from '@/ui/auth.module.css';
import { emptyForm, type FormState } from '../form-state';

export interface AuthField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'email' | 'password';
  readonly autoComplete: string;
  readonly description?: string;
}

interface Props {
  readonly fields: readonly AuthField[];
  readonly submit: string;
  readonly action: (state: FormState, data: FormData) => Promise<FormState>;
}

export function AuthForm({ fields, submit, action }: Props) {
  const [state, dispatch, isPending] = useActionState(action, emptyForm);
  return (
    <form action={dispatch} className={styles.form} noValidate>
      {state.message && (
        <div className={styles.error} role="alert">
          {state.message}
        </div>
      )}
      {fields.map((field) => {
        const shared = {
          name: field.name,
          label: field.label,
          autoComplete: field.autoComplete,
          required: true,
          withAsterisk: false,
          error: state.fields[field.name],
          ...(field.description ? { description: field.description } : {}),
        };
        return field.kind === 'password' ? (
          <PasswordInput key={field.name} {...shared} />
        ) : (
          <TextInput
            key={field.name}
            {...shared}
            type={field.kind}
            defaultValue={state.values[field.name] ?? ''}
          />
        );
      })}
      <Button type="submit" loading={isPending} fullWidth>
        {submit}
      </Button>
    </form>
  );
}
