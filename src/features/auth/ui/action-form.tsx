'use client';

import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useAction } from '@/ui/form-state';
import styles from '@/ui/auth.module.css';
import { FieldsForm, type AuthField } from './fields-form';

interface Props {
  readonly fields: readonly AuthField[];
  readonly submit: string;
  readonly action: (values: Record<string, string>) => Promise<ActionResult<unknown>>;
  /** Where to go when it is done; or what to say here. */
  readonly then?: string;
  readonly done?: ReactNode;
  /** What goes along with the fields, such as a link's token. */
  readonly more?: Readonly<Record<string, string>>;
  readonly isInline?: boolean;
}

export function ActionForm({ fields, submit, action, then, done, more = {}, isInline }: Props) {
  const router = useRouter();
  const [isDone, setDone] = useState(false);
  const { failure, isPending, run } = useAction();
  if (isDone) return <div className={styles.lead}>{done}</div>;
  const names = fields.map((field) => field.name);
  return (
    <FieldsForm
      fields={fields}
      submit={submit}
      failure={failure}
      isPending={isPending}
      {...(isInline ? { isInline } : {})}
      onSubmit={(values) =>
        run(
          () => action({ ...Object.fromEntries(names.map((name) => [name, values[name] ?? ''])), ...more }),
          () => {
            if (then === undefined) {
              setDone(true);
              return;
            }
            router.replace(then);
            router.refresh();
          },
        )
      }
    />
  );
}
