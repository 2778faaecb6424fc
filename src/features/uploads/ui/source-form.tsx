'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import styles from '@/features/buckets/ui/bucket.module.css';
import type { ActionResult } from '@/ui/action-result';
import { Panel } from '@/ui/panel';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';

type Started = Promise<ActionResult<{ id: string }>>;

interface Props {
  readonly start: (input: { name: string }) => Started;
  readonly startBucket: (input: { name: string; bucket: string; prefix: string }) => Started;
}

/** The other way in: billing files of any cloud, that people upload or that lie in a bucket. */
export function SourceForm({ start, startBucket }: Props) {
  const router = useRouter();
  const { run, isPending, refusal, fields } = useVerb();
  const [name, setName] = useState('');
  const [isOfBucket, setOfBucket] = useState(false);
  const [bucket, setBucket] = useState('');
  const [prefix, setPrefix] = useState('');
  const isOfField = fields['bucket'] !== undefined || fields['prefix'] !== undefined;
  const nameProblem = fields['name'] ?? (isOfField ? undefined : (refusal ?? undefined));
  const submit = () =>
    run(() => (isOfBucket ? startBucket({ name, bucket, prefix }) : start({ name })), {
      done: ({ id }) => router.push(`/connections/${id}`),
    });
  return (
    <Panel title="Or bring billing files" padded>
      <form
        className={ui.stack}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
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
          error={nameProblem}
          onChange={setName}
        />
        <fieldset className={styles.choice}>
          <legend className={ui.small}>Files come</legend>
          <label>
            <input type="radio" name="files-come" checked={!isOfBucket} onChange={() => setOfBucket(false)} />
            by upload, here or over the API
          </label>
          <label>
            <input type="radio" name="files-come" checked={isOfBucket} onChange={() => setOfBucket(true)} />
            from an S3 bucket, by themselves
          </label>
        </fieldset>
        {isOfBucket && (
          <>
            <TextField
              id="source-bucket"
              label="Name of the bucket"
              value={bucket}
              error={fields['bucket']}
              onChange={setBucket}
            />
            <TextField
              id="source-prefix"
              label="Folder in it, empty for the whole bucket"
              value={prefix}
              error={fields['prefix']}
              onChange={setPrefix}
            />
          </>
        )}
        <div>
          <button type="submit" className={ui.button} disabled={isPending}>
            Make a source of files
          </button>
        </div>
      </form>
    </Panel>
  );
}
