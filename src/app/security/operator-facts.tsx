import type { Operator } from '@/operator/operator';
import ui from '@/ui/ui.module.css';
import { Facts, Mail, Outside, Section } from './facts';
import styles from './security.module.css';

export function OperatorSection({ operator }: { operator: Operator }) {
  const { name, location, pentestText, reportsEmail } = operator;
  return (
    <Section id="operator" title="Who runs this" note="as the operator says">
      <Facts
        facts={[
          { term: 'Operator', text: name ?? 'Not named here.' },
          ...(location ? [{ term: 'Location of the servers', text: location }] : []),
          {
            term: 'Penetration tests',
            text: pentestText ?? 'None is claimed here.',
          },
          {
            term: 'Reports',
            text: reportsEmail ? (
              <>
                Ask <Mail to={reportsEmail} /> for reports of tests and audits.
              </>
            ) : (
              'No address for reports is given.'
            ),
          },
          {
            term: 'Controls',
            text: (
              <>
                The source maps SOC 2 and ISO 27001 to files, tests and the operator’s duties in{' '}
                <code className={ui.code}>docs/controls.md</code>. That is a map, not a certificate: only an
                audit of the operator gives one.
              </>
            ),
          },
          {
            term: 'Dependencies',
            text: (
              <>
                Pinned to exact versions. <code className={ui.code}>node scripts/sbom.mjs</code> writes the
                bill of materials (CycloneDX). Tests hold licences to a list, and packages with published
                holes to the versions that closed them.
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}

export function ReportSection({ operator }: { operator: Operator }) {
  const { securityEmail, securityUrl, pgpUrl } = operator;
  const hasContact = securityEmail !== null || securityUrl !== null;
  return (
    <Section id="report" title="Reporting a hole">
      <div className={styles.prose}>
        {hasContact ? (
          <p>
            {securityEmail && (
              <>
                Write to <Mail to={securityEmail} />.{' '}
              </>
            )}
            {securityUrl && (
              <>
                {securityEmail ? 'Or use' : 'Use'} <Outside href={securityUrl}>this page</Outside>.{' '}
              </>
            )}
            {pgpUrl && (
              <>
                You can encrypt with <Outside href={pgpUrl}>this key</Outside>.{' '}
              </>
            )}
            The same is in{' '}
            <a className={styles.link} href="/.well-known/security.txt">
              security.txt
            </a>
            .
          </p>
        ) : (
          <p>
            The operator has given no contact here. Ask whoever gave you the address of this installation.
          </p>
        )}
        <p>
          Say what you did, what you saw, and how to see it again. Use a workspace of your own, leave other
          people’s data alone, and stop once the hole is shown.
        </p>
      </div>
    </Section>
  );
}
