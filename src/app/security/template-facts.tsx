import { actionsOf, allGroupIds, REFUSED_READS, TEMPLATE_VERSION } from '@/aws/permissions';
import { trustPolicy } from '@/aws/render-document';
import { sessionPolicyFor, sessionPurposes, type SessionPurpose } from '@/aws/session-policy';
import { formatDay } from '@/ui/format';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import styles from './security.module.css';

interface TemplateProps {
  readonly sha256: string;
  readonly released: string;
}

export function TemplatePanel({ sha256, released }: TemplateProps) {
  return (
    <Panel title="The template" padded>
      <div className={styles.text}>
        <dl className={ui.facts}>
          <div>
            <dt>Version</dt>
            <dd>{TEMPLATE_VERSION}</dd>
          </div>
          <div>
            <dt>Released</dt>
            <dd>{formatDay(released, { year: true })}</dd>
          </div>
          <div>
            <dt>Actions</dt>
            <dd>{actionsOf(allGroupIds).length}</dd>
          </div>
        </dl>
        <p>
          SHA-256 of the YAML
          <code className={styles.hash}>{sha256}</code>
        </p>
        <p>
          Everyone gets the same bytes. To verify, download{' '}
          <a className={styles.link} href="/cloudformation/belvedere-readonly.yaml" download>
            belvedere-readonly.yaml
          </a>{' '}
          and run <code className={ui.code}>sha256sum belvedere-readonly.yaml</code>, or{' '}
          <code className={ui.code}>shasum -a 256</code> on a Mac. The address that CloudFormation reads holds
          the first 16 characters of the same hash.
        </p>
      </div>
    </Panel>
  );
}

const words = (purpose: SessionPurpose): string => {
  const text = purpose.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function sessionActions(purpose: SessionPurpose): readonly string[] {
  const policy = JSON.parse(sessionPolicyFor(purpose)) as { Statement: { Action: string[] }[] };
  return policy.Statement.flatMap((statement) => statement.Action);
}

export function TrustPanel() {
  return (
    <Panel title="Who may use the role" padded>
      <div className={styles.text}>
        <p>
          One role, the one that this Belvedere runs as, and only with the external ID that was made for your
          connection. Before anything is read, the role must refuse a call without that ID and one with a
          wrong ID. A session lasts an hour at most; no key is stored.
        </p>
        <div className={styles.scroll} tabIndex={0} role="region" aria-label="Trust policy">
          <pre>{JSON.stringify(trustPolicy, null, 2)}</pre>
        </div>
        <p>
          A session can do less than the role: AWS narrows each to what it is for. These are all the sessions
          that this version of Belvedere opens.
        </p>
        <dl className={styles.sessions}>
          {sessionPurposes.map((purpose) => (
            <div key={purpose}>
              <dt>{words(purpose)}</dt>
              <dd>
                {sessionActions(purpose).map((action) => (
                  <code key={action} className={ui.code}>
                    {action}
                  </code>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Panel>
  );
}

export function NeverPanel() {
  return (
    <Panel title="What it never grants" padded>
      <ul className={styles.list}>
        <li>
          <strong>Changes.</strong> AWS classes every action here as Read or List. A test looks each one up,
          and one of another class fails the build.
        </li>
        <li>
          <strong>{REFUSED_READS.sensitive} reads of data, credentials or secrets,</strong> such as{' '}
          <code className={ui.code}>ssm:GetParameter</code>, <code className={ui.code}>dynamodb:Scan</code> or{' '}
          <code className={ui.code}>logs:GetLogEvents</code>, and {REFUSED_READS.personal} of personal data. A
          test holds every action against both lists. The billing export, off by default, is the one
          exception, and a test holds it to its exact bucket, folder and two actions.
        </li>
        <li>
          <strong>Wildcards.</strong> Every action stands by its full name and no managed policy is attached,
          so the role does not grow when AWS adds an action.
        </li>
        <li>
          <strong>Anything but one role.</strong> The stack makes one IAM role. Delete the stack and all
          access ends.
        </li>
      </ul>
      <p className={styles.foot}>
        The lists are in <code>tests/fixtures/iam</code>, the tests in <code>tests/unit/aws</code>. Run them
        with <code>npx vitest run --project unit tests/unit/aws</code>.
      </p>
    </Panel>
  );
}

export function ClosePanel() {
  return (
    <Panel title="What comes close" padded>
      <ul className={styles.list}>
        <li>
          <strong>Account e-mails.</strong> Four organization actions return them and AWS has no finer ones.
          Belvedere does not keep them.
        </li>
        <li>
          <strong>Addresses that a budget alerts.</strong> The one budget action covers them. Belvedere does
          not ask for them.
        </li>
        <li>
          <strong>Your own words.</strong> Tags, names, descriptions and folder names are shown as you wrote
          them. Keep secrets out of them, as AWS advises.
        </li>
        <li>
          <strong>Sign-in names of databases.</strong> Never a password: AWS shows asterisks for one that is
          being changed. Lightsail databases, where AWS does not say so, are not read at all.
        </li>
        <li>
          <strong>Your own metrics.</strong> The two CloudWatch reads reach them too: numbers and times, no
          log line.
        </li>
      </ul>
    </Panel>
  );
}
