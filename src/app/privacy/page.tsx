import type { Metadata } from 'next';
import { MIN_RETENTION_DAYS } from '@/features/audit/retention-bounds';
import { ABSOLUTE_MINUTES_MAX } from '@/features/auth/session-limits';
import type { Operator } from '@/operator/operator';
import { runtime } from '@/runtime';
import { Facts, Mail, Section, type Fact } from '../security/facts';
import { PublicFrame } from '../security/public-frame';
import styles from '../security/security.module.css';

export const metadata: Metadata = {
  title: 'Privacy',
  description:
    'Which personal data this installation of Belvedere holds, why, for how long, and how to have it deleted.',
};

export const dynamic = 'force-dynamic';

const entries = [
  { id: 'responsible', title: 'Who is responsible' },
  { id: 'data', title: 'Which data, and why' },
  { id: 'not', title: 'What is not done' },
  { id: 'kept', title: 'For how long' },
  { id: 'others', title: 'Who else sees it' },
  { id: 'rights', title: 'Your rights' },
  { id: 'deletion', title: 'How to delete' },
] as const;

const kinds: readonly Fact[] = [
  {
    term: 'Name and email address',
    text: 'You, whoever invited you or your identity provider gave them. To sign you in, to show who did what, and to write to you about your account. An invitation holds your address before you have an account.',
  },
  {
    term: 'What your identity provider says',
    text: 'With single sign-on: how it names you and your session, so that it can sign you out. With provisioning: the parts of your name, your work address, its own number for you, and your groups. If you tested a sign-in as an owner: the attributes and groups that were sent. So that your organization can see that its settings are right.',
  },
  {
    term: 'Role and limits',
    text: 'What you may see and do in each workspace, how you came, and whether you are switched off.',
  },
  {
    term: 'Password and second factors',
    text: 'To make sure that it is you. What of them is stored, and how, is on the security page.',
  },
  {
    term: 'Sessions',
    text: 'When you signed in and how, when you were last active, the address of your machine and what your browser calls itself. So that you can see where you are signed in, and end it. The list is yours alone; those who manage people see when you were last active in their workspace.',
  },
  {
    term: 'API tokens',
    text: 'Their names, and when and from which address each was last used. So that one that is stolen shows.',
  },
  {
    term: 'Audit trail',
    text: 'What you did, when, and from which address, sign-ins and refused ones too. So that owners and administrators of the workspace can see who read and changed what.',
  },
  {
    term: 'Attempts to sign in',
    text: 'A keyed digest of the email address and of the machine’s address, with a count. To stop the guessing of passwords and codes.',
  },
  {
    term: 'In your AWS data',
    text: 'Names of accounts, resources and tags are shown as your organization wrote them. Where those name people, they are personal data too.',
  },
  {
    term: 'Cookies',
    text: 'One keeps you signed in, and one beside it notes on which page of this installation you did. A sign-in at an identity provider has one for ten minutes, so that it ends in the browser in which it began. No other site is told of them. A choice of light or dark, and of the columns of a list, stays in your browser; until you close the tab also where in a list you were, with its search and filters.',
  },
];

function Responsible({ operator }: { operator: Operator }) {
  const { name, location, privacyEmail } = operator;
  return (
    <Section id="responsible" title="Who is responsible">
      <div className={styles.prose}>
        <p>
          {name
            ? `${name} runs this installation.`
            : 'The operator of this installation has not given a name here.'}
          {location && ` Its servers are in ${location}.`}{' '}
          {privacyEmail ? (
            <>
              For personal data write to <Mail to={privacyEmail} />.
            </>
          ) : (
            'For personal data ask whoever gave you the address of this installation.'
          )}
        </p>
        <p>
          The organization whose workspace you belong to decides who is in it, and can see what its people do
          there. Ask it first about your account.
        </p>
      </div>
    </Section>
  );
}

/** For anyone: the personal data that this version holds, and the operator's own contact. */
export default function PrivacyPage() {
  const { operator } = runtime().config;
  return (
    <PublicFrame
      title="Privacy"
      here="/privacy"
      entries={entries}
      lead="Belvedere shows an organization what its cloud costs. It needs few data on people for that. This page says which ones this version holds. What depends on the operator is said in the operator’s words, or not at all."
    >
      <Responsible operator={operator} />
      <Section id="data" title="Which data, and why">
        <Facts facts={kinds} />
      </Section>
      <Section id="not" title="What is not done">
        <div className={styles.prose}>
          <p>
            No advertising, no tracking, no profile of you, no decision by a machine about you. No data goes
            to the makers of Belvedere. Pages load nothing from other hosts. Mails are plain text and tell
            nobody that they were read.
          </p>
        </div>
      </Section>
      <Section id="kept" title="For how long">
        <Facts
          facts={[
            {
              term: 'Membership',
              text: 'Until you leave or are removed, with your groups, your limits and your tokens there.',
            },
            {
              term: 'Account',
              text: 'Until the last workspace that it belongs to is deleted, or your identity provider removes you from it and you have no password. If you left the last one otherwise, it stays until you ask the operator to delete it.',
            },
            {
              term: 'Invitations',
              text: 'Good for seven days, and listed until you accept, they are withdrawn or the workspace is deleted.',
            },
            {
              term: 'Sessions',
              text: `Until you sign out or they run out. That is ${ABSOLUTE_MINUTES_MAX / 1_440} days at most, sooner where owners say so, and then they are deleted.`,
            },
            { term: 'Attempts to sign in', text: 'Counted for 15 minutes, deleted within the hour after.' },
            {
              term: 'Audit trail',
              text: `Until the workspace is deleted, or for the days that its owners have set, ${MIN_RETENTION_DAYS} at least. It stays when you leave, as it would be no record otherwise.`,
            },
            { term: 'Logs', text: 'As long as the operator keeps what the processes write out.' },
            {
              term: 'Backups',
              text: operator.backups ?? 'As long as the operator keeps them, of which nothing is said here.',
            },
          ]}
        />
      </Section>
      <Section id="others" title="Who else sees it">
        <div className={styles.prose}>
          <p>
            Members of your workspace can see who is in it, with name, address and role. Owners and
            administrators also see how safely each signs in, and the audit trail. The operator’s staff see
            costs, views and connections of a workspace only on request, with a reason, for four hours at
            most, and on record; neither its people nor its audit trail. Your identity provider learns that
            you sign in and out here. Others who are handed data are listed under{' '}
            <a className={styles.link} href="/subprocessors">
              subprocessors
            </a>
            .
          </p>
        </div>
      </Section>
      <Section id="rights" title="Your rights">
        <div className={styles.prose}>
          <p>
            Depending on where you live, you can ask what is held on you, for a copy of it, to have it put
            right or deleted, and to have its use limited; you can object, and complain to a data protection
            authority. You see your name, address, factors and sessions under Settings, and change there what
            can be changed. For the rest ask your organization
            {operator.privacyEmail ? ' or the address above' : ' or the operator'}.
          </p>
        </div>
      </Section>
      <Section id="deletion" title="How to delete">
        <Facts
          facts={[
            {
              term: 'You leave a workspace',
              text: 'Under Settings, People. Owners and administrators can remove you too, and so can your identity provider. You are out at once. The last owner has to name another first, or delete the workspace.',
            },
            {
              term: 'A whole workspace',
              text: 'An owner deletes it under Settings. Everyone who belongs to no other goes with it, and so do sessions, factors and the audit trail. A signed receipt says what went and what stays.',
            },
            {
              term: 'In backups',
              text: 'A deletion does not reach into backups that were made before. They end when the operator lets them end.',
            },
          ]}
        />
      </Section>
    </PublicFrame>
  );
}
