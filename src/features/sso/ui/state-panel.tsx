import { formatDay } from '@/ui/format';
import { Badge, Panel, type Tone } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts, SsoFacts } from '../read-sso';
import styles from './sso.module.css';

const day = (iso: string) => formatDay(iso.slice(0, 10), { year: true });

function stateOf(
  connection: ConnectionFacts,
  isEnforced: boolean,
): { tone: Tone; text: string; says: string } {
  if (connection.status === 'active') {
    return isEnforced
      ? { tone: 'good', text: 'On and required', says: 'Everybody signs in by it.' }
      : {
          tone: 'good',
          text: 'On',
          says: 'People of your domains can sign in by it, or with a password or passkey.',
        };
  }
  if (!connection.isSetUp)
    return {
      tone: 'neutral',
      text: 'Not set up',
      says: 'Your provider is not known yet. Nobody can sign in by it.',
    };
  if (!connection.isTested)
    return {
      tone: 'neutral',
      text: 'Not tested',
      says: 'The next step is a test login. Nobody can sign in by it yet.',
    };
  return { tone: 'accent', text: 'Off', says: 'Tested. Nobody can sign in by it before it is turned on.' };
}

function Expiry({ connection }: { connection: ConnectionFacts }) {
  const current = connection.certificates.filter((one) => one.state === 'valid' || one.state === 'soon');
  const soon = current.filter((one) => one.state === 'soon').toSorted((a, b) => a.days - b.days)[0];
  if (connection.isSetUp && current.length === 0) {
    return (
      <div className={ui.notice} data-tone="bad" role="alert">
        <span>
          No certificate of {connection.name} is valid today: every sign-in is refused. Add its current one in
          step 2.
        </span>
      </div>
    );
  }
  if (!soon) return null;
  const isLast = current.every((one) => one.state === 'soon');
  return (
    <div className={ui.notice} data-tone="warning" role="alert">
      <span>
        A certificate of {connection.name} ends on {day(soon.notAfter)},{' '}
        {soon.days <= 0 ? 'today' : `in ${soon.days} ${soon.days === 1 ? 'day' : 'days'}`}.{' '}
        {isLast
          ? 'It is the last one: after that nobody can sign in by it. Add the next one in step 2.'
          : 'Another one is there already.'}
      </span>
    </div>
  );
}

/** Where things stand, in one line. */
export function StatePanel({ connection, facts }: { connection: ConnectionFacts; facts: SsoFacts }) {
  const { tone, text, says } = stateOf(connection, facts.isEnforced);
  const verified = facts.domains.filter((one) => one.verifiedAt !== null);
  return (
    <>
      <Expiry connection={connection} />
      <Panel title={connection.name} note={<Badge tone={tone}>{text}</Badge>} padded>
        <div className={styles.stepBody}>
          <p className={styles.lead}>{says}</p>
          <dl className={styles.facts}>
            <div>
              <dt>Domains</dt>
              <dd>{verified.length > 0 ? verified.map((one) => one.domain).join(', ') : 'none verified'}</dd>
            </div>
            {connection.activatedAt && (
              <div>
                <dt>On since</dt>
                <dd>{day(connection.activatedAt)}</dd>
              </div>
            )}
            <div>
              <dt>Open sessions</dt>
              <dd>{connection.sessions}</dd>
            </div>
          </dl>
        </div>
      </Panel>
    </>
  );
}
