import { MIN_RETENTION_DAYS } from '@/features/audit/retention-bounds';
import type { Operator } from '@/operator/operator';
import ui from '@/ui/ui.module.css';
import { Facts, Section } from './facts';
import styles from './security.module.css';
import { storedData } from './stored-data';

export function StoredSection() {
  return (
    <Section id="data" title="What is stored, and for how long">
      {/* The roles stay when the narrow layout takes the table apart. */}
      <table role="table" className={`${styles.table} ${styles.even}`} aria-label="Stored data">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Data
            </th>
            <th role="columnheader" scope="col">
              Stored
            </th>
            <th role="columnheader" scope="col">
              Kept
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {storedData.map(({ data, stored, kept }) => (
            <tr role="row" key={data}>
              <th role="rowheader" scope="row">
                {data}
              </th>
              <td role="cell" data-label="Stored">
                {stored}
              </td>
              <td role="cell" data-label="Kept">
                {kept}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function EncryptionSection({ operator }: { operator: Operator }) {
  return (
    <Section id="encryption" title="Encryption">
      <Facts
        facts={[
          {
            term: 'From the browser',
            text: 'Belvedere does not start with a public address that is not https, and tells browsers to use nothing else for two years. TLS itself ends at the operator’s proxy in front of it.',
          },
          {
            term: 'To the database',
            text: 'A database on another machine is used over TLS only, and only after its certificate was checked for authority and name.',
          },
          { term: 'To AWS', text: 'Signed requests over https. Certificate checks cannot be switched off.' },
          {
            term: 'To the mail server',
            text: 'Over TLS with a checked certificate, unless it is on the same machine. Mails are plain text.',
          },
          {
            term: 'Secrets that must be read again',
            text: 'TOTP secrets and private SAML keys have a key each (AES-256-GCM), which is itself encrypted under a key from the environment. Each value is bound to its row, and moved elsewhere it does not open. Those keys are changed without anyone signing in again.',
          },
          {
            term: 'Secrets that must only be recognized',
            text: 'Passwords are argon2id digests. Sessions, API and SCIM tokens, recovery codes and mailed links are random and stored as SHA-256 digests, those of recovery codes keyed.',
          },
          {
            term: 'Everything else at rest',
            text: operator.diskEncryption ?? (
              <>
                Costs, names and addresses are stored as they are. Encrypting the disks is the operator’s
                part, and the operator of this installation has said nothing of it here.
              </>
            ),
          },
          {
            term: 'Backups',
            text:
              operator.backups ??
              'The operator’s part as well; nothing is said of them here. An erasure does not reach into a backup that was made before.',
          },
        ]}
      />
    </Section>
  );
}

export function AuditSection() {
  return (
    <Section id="audit" title="Audit trail and logs">
      <Facts
        facts={[
          {
            term: 'What is in it',
            text: 'Sign-ins and refusals, changes to people, roles, factors, tokens, single sign-on, connections, views and settings, exports, and all access by staff: who, when, from which address, and for changes what was before and after.',
          },
          {
            term: 'That nothing is changed',
            text: 'An event is written in the same transaction as what it tells of. Its hash covers the event and the hash before it, so that one that is changed, left out or put in shows. The application’s database role can neither change nor delete events; only the owner of the database could write the whole trail anew, and an export or a noted link would tell.',
          },
          {
            term: 'Reading it',
            text: 'Owners and administrators search it, export it and have the chain checked; a token with that scope can export it. An export is an event itself, and is verified without the database.',
          },
          {
            term: 'How long it is kept',
            text: `For good, unless the workspace’s owners set a number of days, ${MIN_RETENTION_DAYS} at least. Then whole days go from the beginning, and the chain says which.`,
          },
          {
            term: 'In AWS',
            text: 'Each call to AWS for a connection is in its access ledger with AWS’s own request id, to be held against your CloudTrail.',
          },
          {
            term: 'Logs of the processes',
            text: 'Go to standard output, where the operator collects them. Passwords, tokens, keys and external IDs are taken out, and of a mail neither its words nor its recipient is written.',
          },
        ]}
      />
    </Section>
  );
}

export function NetworkSection() {
  return (
    <Section id="network" title="What leaves">
      <Facts
        facts={[
          {
            term: 'From the browser',
            text: (
              <>
                Nothing to anyone else. Fonts, scripts and charts come from this installation, and the content
                security policy allows no other host. Scripts run only with a nonce made for that page. There
                is no telemetry and no advertising. It leaves for another site only where you do: to the AWS
                console, and to your identity provider.
              </>
            ),
          },
          {
            term: 'From the server',
            text: 'To the database, to AWS for the connections you made (STS, Organizations and Cost Explorer) and for its own credentials, and to the operator’s mail server where one is set. If owners set up single sign-on: to DNS for the domain that they claim, and to the metadata address of their identity provider when they press the button, over https and in public networks only. Sign-ins go through the browser.',
          },
          {
            term: 'How that is tested',
            text: 'The browser tests run both servers with every connection blocked but those to their database and AWS, and fail when another is tried.',
          },
          {
            term: 'Requests from other sites',
            text: 'What changes something is taken from pages of this installation alone. Others may write to the addresses for SAML and SCIM, where a signature or a token has to prove who it is. No page can be put into a frame.',
          },
          {
            term: 'Others who are handed data',
            text: (
              <>
                Listed under{' '}
                <a className={styles.link} href="/subprocessors">
                  subprocessors
                </a>
                .
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}

export function DeletionSection() {
  return (
    <Section id="deletion" title="Deletion">
      <Facts
        facts={[
          {
            term: 'A connection',
            text: 'Revoking takes its data out of every answer in one commit. Then all its rows are deleted and counted again, and a receipt with both counts is signed (Ed25519).',
          },
          {
            term: 'A workspace',
            text: 'An owner deletes it under Settings, with everything in it, the audit trail too, and every person who belongs to no other. A signed receipt says what went and what stays.',
          },
          {
            term: 'Checking a receipt',
            text: (
              <>
                The public key is at{' '}
                <a className={styles.link} href="/receipt-key.pem">
                  /receipt-key.pem
                </a>
                ; <code className={ui.code}>npm run receipt:verify</code> does it from the source.
              </>
            ),
          },
          {
            term: 'In your AWS account',
            text: 'Delete the stack. The role is gone, and all access with it.',
          },
        ]}
      />
    </Section>
  );
}
