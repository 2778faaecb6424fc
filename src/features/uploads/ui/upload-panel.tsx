'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { FileSummary } from '../list-files';
import { FileCard } from './file-card';
import styles from './upload-panel.module.css';
import { uploadFile } from './upload-file';

interface FileVerb {
  (input: { connectionId: string; fileId: string }): Promise<ActionResult<unknown>>;
}

interface Props {
  readonly connectionId: string;
  readonly files: readonly FileSummary[];
  readonly canWrite: boolean;
  readonly confirm: FileVerb;
  readonly remove: FileVerb;
}

interface Sending {
  readonly name: string;
  /** Between 0 and 1. */
  readonly part: number;
  readonly refusal: string | null;
}

const LOOK_AGAIN_MS = 1_000;

/** Files on their way, one after the other; what is refused stays in sight until the next ones are chosen. */
function useUploads(connectionId: string) {
  const router = useRouter();
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const note = (name: string, change: Partial<Sending>) =>
    setSending((all) => all.map((one) => (one.name === name ? { ...one, ...change } : one)));
  const send = async (files: readonly File[]) => {
    setSending(files.map((file) => ({ name: file.name, part: 0, refusal: null })));
    for (const file of files) {
      const refusal = await uploadFile(connectionId, file, (part) => note(file.name, { part }));
      if (refusal) note(file.name, { refusal });
      else setSending((all) => all.filter((one) => one.name !== file.name));
      router.refresh();
    }
  };
  return { sending, send, isBusy: sending.some((one) => one.refusal === null) };
}

function DropZone({ isBusy, send }: { isBusy: boolean; send: (files: readonly File[]) => void }) {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      className={styles.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!isBusy) send([...event.dataTransfer.files]);
      }}
    >
      <p>
        FOCUS 1.0 to 1.2 of any provider, or an AWS Cost and Usage Report: CSV, gzipped CSV or Parquet, up to
        2 GB. Nothing counts before you have seen what it adds up to.
      </p>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="files"
        accept=".csv,.gz,.parquet,text/csv"
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          event.target.value = '';
          send(chosen);
        }}
      />
      <button
        type="button"
        className={ui.button}
        data-kind="primary"
        disabled={isBusy}
        onClick={() => input.current?.click()}
      >
        Choose files
      </button>
      <span className={ui.note}>or drop them here</span>
    </div>
  );
}

/** The files of a source: adding, the dry run of each, loading, taking out. */
export function UploadPanel({ connectionId, files, canWrite, confirm, remove }: Props) {
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  const { sending, send, isBusy } = useUploads(connectionId);
  const [leaving, setLeaving] = useState<FileSummary | null>(null);
  const isReading = files.some((file) => ['receiving', 'received', 'wanted'].includes(file.state));
  useEffect(() => {
    if (!isReading || isBusy) return;
    const timer = setInterval(() => router.refresh(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isReading, isBusy, router]);
  const refresh = { done: () => router.refresh() };
  return (
    <div className={ui.stack}>
      {canWrite && (
        <Panel title="Add files" padded>
          <DropZone isBusy={isBusy} send={(chosen) => void send(chosen)} />
          {sending.map((one) => (
            <div key={one.name} className={styles.sending} role="status">
              <span>{one.name}</span>
              {one.refusal ? (
                <span className={styles.refusal} role="alert">
                  {one.refusal}
                </span>
              ) : (
                <progress max={1} value={one.part} aria-label={`${one.name}, uploaded`} />
              )}
            </div>
          ))}
        </Panel>
      )}
      {refusal && (
        <div className={ui.notice} data-tone="bad" role="alert">
          {refusal}
        </div>
      )}
      {files
        .filter((file) => file.state !== 'receiving')
        .map((file) => (
          <FileCard
            key={file.id}
            file={file}
            isPending={isPending}
            onLoad={canWrite ? () => run(() => confirm({ connectionId, fileId: file.id }), refresh) : null}
            onRemove={canWrite ? () => setLeaving(file) : null}
          />
        ))}
      {leaving && (
        <ConfirmDialog
          title={`Remove ${leaving.name}?`}
          confirm="Remove it"
          isDanger
          onConfirm={() => run(() => remove({ connectionId, fileId: leaving.id }), refresh)}
          onClose={() => setLeaving(null)}
        >
          {leaving.state === 'loaded'
            ? 'Its line items are erased at once, with the resources and accounts that no other file of this source names.'
            : 'It is forgotten at once. Nothing of it was loaded.'}
        </ConfirmDialog>
      )}
    </div>
  );
}
