'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { Panel } from '@/ui/panel';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';

interface Props {
  readonly start: (input: { name: string }) => Promise<ActionResult<{ id: string }>>;
}

/** The other way in: billing files of any cloud, without a role. */
export function SourceForm({ start }: Props) {
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  const [name, setName] = useState('');
  return (
    <Panel title="Or upload billing files" padded>
      <form
        className={ui.stack}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          run(() => start({ name }), { done: ({ id }) => router.push(`/connections/${id}`) });
        }}
      >
        <p className={ui.muted}>
          For Azure, Google Cloud, Oracle and everybody else who writes FOCUS. Give the source a name; it is
          listed and revoked like a connection.
        </p>
        <TextField
          id="source-name"
          label="Name of the source"
          value={name}
          error={refusal ?? undefined}
          onChange={setName}
        />
        <div>
          <button type="submit" className={ui.button} disabled={isPending}>
            Make a source of files
          </button>
        </div>
      </form>
    </Panel>
  );
}
