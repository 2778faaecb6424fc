import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import styles from './scim.module.css';

const OKTA = [
  'In the Admin Console, open the app that your people sign in to Belvedere with. Under General, App Settings, turn on SCIM provisioning.',
  'Under Provisioning, Integration: paste the base URL, give “userName” as the unique identifier field, choose all push actions, and HTTP Header with the token.',
  'Press Test Connector Configuration, then Save.',
  'Under Provisioning, To App, turn on Create Users, Update User Attributes and Deactivate Users. The user name has to be the email address.',
  'Assign people, and push the groups that roles depend on under Push Groups.',
];

const ENTRA = [
  'In Enterprise applications, open the application, then Provisioning, New configuration.',
  'Tenant URL is the base URL, secret token is the token. Press Test Connection, then Create.',
  'Under Attribute mapping, Users: map the email address of your people to userName and to emails[type eq "work"].value. Leave active as it is.',
  'Under Users and groups, assign people and the groups that roles depend on.',
  'Press Start provisioning. Entra ID sends changes every 40 minutes; Provision on demand sends one person at once.',
];

function Steps({ title, steps }: { title: string; steps: readonly string[] }) {
  return (
    <details className={styles.steps}>
      <summary>{title}</summary>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
  );
}

export function SetupSteps() {
  return (
    <Panel title="Set up" padded>
      <div className={ui.stack} style={{ gap: 10 }}>
        <Steps title="Okta" steps={OKTA} />
        <Steps title="Microsoft Entra ID" steps={ENTRA} />
        <p className={`${ui.small} ${ui.muted}`}>
          Others that speak SCIM 2.0 need the same two: base URL and token.
        </p>
      </div>
    </Panel>
  );
}
