'use client';

import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useVerb } from '@/ui/use-verb';
import { formatDay } from '@/ui/format';
import { Badge, type Tone } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { CertificateFacts, ConnectionFacts } from '../read-sso';
import styles from './sso.module.css';
import type { SsoActions } from './types';

const day = (iso: string) => formatDay(iso.slice(0, 10), { year: true });

function stateInWords({ state, days, notBefore }: CertificateFacts): { tone: Tone; text: string } {
  if (state === 'over') return { tone: 'bad', text: 'Over' };
  if (state === 'future') return { tone: 'neutral', text: `From ${day(notBefore)}` };
  if (state === 'soon')
    return {
      tone: 'warning',
      text: days <= 0 ? 'Ends today' : `${days} ${days === 1 ? 'day' : 'days'} left`,
    };
  return { tone: 'good', text: 'Valid' };
}

interface Props {
  readonly connection: ConnectionFacts;
  readonly mayWrite: boolean;
  readonly actions: Pick<SsoActions, 'addCertificate' | 'removeCertificate' | 'refreshMetadata'>;
}

function CertificateRow({
  certificate,
  connection,
  mayWrite,
  actions,
}: Props & { certificate: CertificateFacts }) {
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, refusal } = useVerb();
  const { tone, text } = stateInWords(certificate);
  const { fingerprint } = certificate;
  return (
    <tr>
      <th scope="row" title={certificate.subject}>
        <code>
          {fingerprint.slice(0, 8)}…{fingerprint.slice(-4)}
        </code>
      </th>
      <td>{day(certificate.notAfter)}</td>
      <td>
        <Badge tone={tone}>{text}</Badge>
      </td>
      <td className={ui.num}>
        {refusal && (
          <span role="alert" className={styles.error}>
            {refusal}{' '}
          </span>
        )}
        {mayWrite && (
          <button type="button" className={ui.button} disabled={isPending} onClick={() => setAsking(true)}>
            Remove
          </button>
        )}
        {isAsking && (
          <ConfirmDialog
            title="Remove this certificate?"
            confirm="Remove"
            isDanger
            onClose={() => setAsking(false)}
            onConfirm={() =>
              run(() => actions.removeCertificate({ connectionId: connection.id, fingerprint }))
            }
          >
            <p>
              Nothing that it signs is believed from then on. If your provider signs with it still, nobody can
              sign in.
            </p>
          </ConfirmDialog>
        )}
      </td>
    </tr>
  );
}

/** Several at once, so that a provider can change over without a pause. */
export function Certificates({ connection, mayWrite, actions }: Props) {
  const [isAdding, setAdding] = useState(false);
  const [certificate, setCertificate] = useState('');
  const { run, isPending, refusal } = useVerb();
  const connectionId = connection.id;
  return (
    <div className={styles.stepBody}>
      <div className={styles.sent}>
        <div className={styles.wrap}>
          <Table
            label="Certificates of the provider"
            columns={[
              { label: 'Certificate, SHA-256' },
              { label: 'Valid until' },
              { label: 'State' },
              { label: 'Actions', isHidden: true, isNumeric: true },
            ]}
          >
            {connection.certificates.map((one) => (
              <CertificateRow
                key={one.fingerprint}
                {...{ certificate: one, connection, mayWrite, actions }}
              />
            ))}
          </Table>
        </div>
      </div>
      {mayWrite && (
        <div className={styles.row}>
          <button
            type="button"
            className={ui.button}
            aria-expanded={isAdding}
            onClick={() => setAdding(!isAdding)}
          >
            Add a certificate
          </button>
          {connection.metadataUrl && (
            <button
              type="button"
              className={ui.button}
              disabled={isPending}
              onClick={() => run(() => actions.refreshMetadata({ connectionId }))}
            >
              Fetch metadata again
            </button>
          )}
        </div>
      )}
      {isAdding && (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            run(() => actions.addCertificate({ connectionId, certificate }), {
              done: () => {
                setAdding(false);
                setCertificate('');
              },
            });
          }}
        >
          <Textarea
            label="Certificate"
            description="PEM or base64. It is taken beside the others at once; the connection stays on."
            rows={5}
            spellCheck={false}
            value={certificate}
            onChange={(event) => setCertificate(event.currentTarget.value)}
          />
          <div className={styles.row}>
            <button type="submit" className={ui.button} data-kind="primary" disabled={isPending}>
              Add
            </button>
          </div>
        </form>
      )}
      {refusal && (
        <p role="alert" className={styles.error}>
          {refusal}
        </p>
      )}
    </div>
  );
}
