'use client';

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useVerb } from '@/ui/use-verb';
import { formatDay } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { DomainFacts } from '../domains';
import { CopyList } from './copy-list';
import styles from './sso.module.css';
import type { SsoActions } from './types';

type Actions = Pick<SsoActions, 'addDomain' | 'checkDomain' | 'removeDomain'>;

const FOUND: Readonly<Record<string, string>> = {
  missing: 'There is no such record yet. New records take minutes, at times hours, to be seen.',
  other: 'There is a TXT record at this name, and it says something else.',
  unreachable: 'The DNS servers did not answer. Try again in a minute.',
};

function Domain({ facts, mayWrite, actions }: { facts: DomainFacts; mayWrite: boolean; actions: Actions }) {
  const { domain, record, verifiedAt } = facts;
  const [found, setFound] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, refusal } = useVerb();
  return (
    <li className={styles.domain}>
      <div className={styles.domainHead}>
        <h3>{domain}</h3>
        <div className={styles.row}>
          {verifiedAt ? (
            <Badge tone="good">✓ Verified {formatDay(verifiedAt.slice(0, 10), { year: true })}</Badge>
          ) : (
            <Badge tone="warning">Waits for its record</Badge>
          )}
          {mayWrite && !verifiedAt && (
            <button
              type="button"
              className={ui.button}
              data-kind="primary"
              disabled={isPending}
              onClick={() =>
                run(() => actions.checkDomain({ domain }), {
                  done: (checked) => setFound(checked.isVerified ? null : checked.found),
                })
              }
            >
              {isPending ? 'Looking' : 'Check now'}
            </button>
          )}
          {mayWrite && (
            <button
              type="button"
              className={ui.button}
              aria-label={`Remove ${domain}`}
              disabled={isPending}
              onClick={() => (verifiedAt ? setAsking(true) : run(() => actions.removeDomain({ domain })))}
            >
              Remove
            </button>
          )}
        </div>
      </div>
      {!verifiedAt && (
        <>
          <p className={ui.small}>Publish this record where the DNS of {domain} is kept, then check.</p>
          <CopyList
            values={[
              { label: `Name (${record.type})`, value: record.host },
              { label: 'Value', value: record.value },
            ]}
          />
        </>
      )}
      <div role="status">{found && <p className={styles.error}>{FOUND[found] ?? FOUND['missing']}</p>}</div>
      {refusal && (
        <p role="alert" className={styles.error}>
          {refusal}
        </p>
      )}
      {isAsking && (
        <ConfirmDialog
          title={`Remove ${domain}?`}
          confirm="Remove"
          isDanger
          onClose={() => setAsking(false)}
          onConfirm={() => run(() => actions.removeDomain({ domain }))}
        >
          <p>
            Goes, at once: single sign-on for people of {domain}, and the sessions that they opened by it.
          </p>
          <p>Stays: their accounts and their roles. Another workspace can verify the domain from then on.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

/** Whose addresses the provider may vouch for. */
export function DomainsPanel({
  domains,
  mayWrite,
  actions,
}: {
  domains: readonly DomainFacts[];
  mayWrite: boolean;
  actions: Actions;
}) {
  const [domain, setDomain] = useState('');
  const { run, isPending, refusal, fields } = useVerb();
  return (
    <Panel title="Domains" note="your provider signs in addresses of these and of no others">
      {domains.length > 0 && (
        <ul className={styles.list}>
          {domains.map((facts) => (
            <Domain key={facts.domain} facts={facts} mayWrite={mayWrite} actions={actions} />
          ))}
        </ul>
      )}
      {domains.length === 0 && !mayWrite && <p className={styles.foot}>No domain was added yet.</p>}
      {mayWrite && (
        <form
          className={styles.foot}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            run(() => actions.addDomain({ domain }), { done: () => setDomain('') });
          }}
        >
          <div className={styles.row} data-fields="true">
            <TextInput
              aria-label="Domain"
              placeholder="example.com"
              autoComplete="off"
              spellCheck={false}
              value={domain}
              error={fields['domain'] ?? refusal}
              onChange={(event) => setDomain(event.currentTarget.value)}
            />
            <button type="submit" className={ui.button} style={{ height: 36 }} disabled={isPending}>
              Add domain
            </button>
          </div>
        </form>
      )}
    </Panel>
  );
}
