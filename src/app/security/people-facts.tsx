import { roles, roleTable, scopes, staffPermissions } from '@/domain/permissions';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { ABSOLUTE_MINUTES_MAX, IDLE_MINUTES_MAX } from '@/features/auth/session-limits';
import { Facts, Section } from './facts';

const days = (minutes: number) => `${minutes / 1_440} days`;

export function SignInSection() {
  return (
    <Section id="sign-in" title="Signing in">
      <Facts
        facts={[
          {
            term: 'Single sign-on',
            text: 'SAML 2.0, set up by a workspace’s owners for domains that they proved by DNS. Response and assertion must both be signed, by a certificate stored for that connection; owners whose provider can sign one only may settle for the signature of the whole response. Each answer counts once and must fit a request of the same browser; logins that the identity provider begins are refused unless owners allow them, and then the person is asked first. Such a session opens that one workspace and no other.',
          },
          {
            term: 'Nothing but single sign-on',
            text: 'Owners can make it the only way in, which also closes sessions that are open by password or passkey. For the day on which the identity provider does not answer, owners have a recovery code together with their second factor; whoever uses it is on record, and every member gets a mail.',
          },
          {
            term: 'Passwords',
            text: `At least ${PASSWORD_MIN} characters. Stored as argon2id digests and as nothing else; those that are guessed first are refused. Ten attempts on an account from one address, sixty on it from anywhere, or sixty from one address on whatever account, and it is closed to them for a quarter of an hour. An unknown address gets the same answer after the same work.`,
          },
          {
            term: 'Second factors',
            text: 'Passkeys (WebAuthn), codes by TOTP, and recovery codes, each of which counts once. Ten attempts in a quarter of an hour, from wherever. Owners can require a second factor of everyone who does not come through single sign-on, where the identity provider sees to it.',
          },
          {
            term: 'When a way in changes',
            text: 'The person gets a mail with what changed, when, from which address and browser, and what to do if it was not them: for passwords, authenticator apps, passkeys, recovery codes made or used, and at the old address when the address changes. It has no secret in it. Without a mail server there is none.',
          },
          {
            term: 'Sessions',
            text: `Rows in the database, looked up on every request, so that ending one takes effect at once. They end after ${days(IDLE_MINUTES_MAX)} without use and after ${days(ABSOLUTE_MINUTES_MAX)} in all; owners can set less. Everyone sees their own, with address and browser, and can end them; changing a password ends all. What cannot be undone or gives power away asks again who you are, unless you showed it within five minutes.`,
          },
          {
            term: 'The cookie',
            text: 'Holds an encrypted random token and nothing else. It is HttpOnly, SameSite=Lax and, over https, Secure and bound to this host. The database has only the token’s digest, and each time a session may do more than before it gets a new one.',
          },
        ]}
      />
    </Section>
  );
}

const ranks = [...roles].reverse();

/** What each role may do beyond the one before it, in the words of the table that decides. */
function added(index: number): string {
  const role = ranks[index];
  const before = ranks[index - 1];
  const rows = roleTable.filter(
    (row) => role && row.roles.includes(role) && !(before && row.roles.includes(before)),
  );
  return `${rows.map(({ words }) => words).join('. ')}.`;
}

const title = (role: string) => `${role.charAt(0).toUpperCase()}${role.slice(1)}s`;

export function RolesSection() {
  return (
    <Section id="roles" title="Who can see what" note="from the table that decides">
      <Facts
        facts={[
          ...ranks.map((role, index) => ({
            term: title(role),
            text: index === 0 ? added(index) : `All of that, and: ${added(index)}`,
          })),
          {
            term: 'Limited people',
            text: 'Editors and viewers can be limited to some AWS accounts. The database itself then leaves out the rows of the others, for their API tokens too, and they cannot do what concerns all accounts.',
          },
          {
            term: 'Other workspaces',
            text: 'See nothing. Every row belongs to a workspace, and PostgreSQL’s Row Level Security, which also binds the tables’ owner, answers each query for one workspace only. The application signs in with a role that owns no table and cannot step around it.',
          },
        ]}
      />
    </Section>
  );
}

export function StaffSection() {
  const seen = roleTable.filter(({ permission }) => staffPermissions.includes(permission));
  return (
    <Section id="staff" title="The operator’s staff">
      <Facts
        facts={[
          {
            term: 'Without asking',
            text: 'The ids of workspaces, since when each is there, how many connections it has, how many of those fail, and when the last load ended. No name and no figure.',
          },
          {
            term: 'On request',
            text: 'A member of staff asks for access to one workspace and gives a reason. One of its owners has to agree first. Owners can choose to be told only, or to let nobody in. Access ends by itself after four hours at most, and an owner can end it at any moment.',
          },
          {
            term: 'What they can do then',
            text: `Look: ${seen.map(({ words }) => words.charAt(0).toLowerCase() + words.slice(1)).join('; ')}. They see neither people nor the audit trail, and can change nothing.`,
          },
          {
            term: 'On record',
            text: 'The request, the reason, the decision, the entry and each page and answer that was looked at stand in the workspace’s own audit trail. What cannot be recorded is not shown.',
          },
          {
            term: 'Their accounts',
            text: 'Separate from everyone else’s, with a second factor, for 8 hours at a time. The application cannot make one: that takes the owner of the database. Each quarter one of them signs the list of who they are; their desk says when nobody has.',
          },
          {
            term: 'Beyond the application',
            text: 'Whoever runs the servers and the database can read what is stored in them, except what is encrypted or stored as a digest. No software changes that. Ask the operator who those people are.',
          },
        ]}
      />
    </Section>
  );
}

export function MachinesSection() {
  const open = roleTable.filter(({ permission }) => scopes.includes(permission)).map(({ words }) => words);
  return (
    <Section id="machines" title="API tokens and provisioning">
      <Facts
        facts={[
          {
            term: 'API tokens',
            text: `Shown once, stored as a digest, with a role and a choice of scopes: ${open.map((words) => words.charAt(0).toLowerCase() + words.slice(1)).join('; ')}. Nothing else can be done with one, and never more than its person may at that moment. They end after 90 days unless another time is chosen, can be held to address ranges, and have a limit of requests a minute.`,
          },
          {
            term: 'SCIM 2.0',
            text: 'An identity provider creates, changes, deactivates and removes people whose address is of a proven domain, with a token of its own that opens nothing else. Its groups give roles by the rules that owners set. Somebody who is deactivated is out at once, with their sessions and tokens here.',
          },
        ]}
      />
    </Section>
  );
}
