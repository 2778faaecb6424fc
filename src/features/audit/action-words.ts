import { because, by, changed, changes, fact, named, person, quoted, whose, type Told } from './fact-words';
import type { AuditAction } from './record-audit';

interface Words {
  /** For a list of actions to choose from. */
  readonly label: string;
  /** What they did, to stand behind the name of who did it. */
  readonly tell: (told: Told) => string;
}

const words = (label: string, tell: Words['tell']): Words => ({ label, tell });
const said = (label: string, text: string): Words => ({ label, tell: () => text });

const from = (told: Told, key: string): string => {
  const [was, is] = [told.before?.[key], told.after?.[key]];
  const isText = typeof was === 'string' && typeof is === 'string';
  return isText ? ` from ${was} to ${is}` : typeof is === 'string' ? ` to ${is}` : '';
};
const as = (told: Told, key: string) => {
  const value = fact(told, key);
  return value === null ? '' : ` as ${value}`;
};
const of = (told: Told, key: string, before = ': ') => {
  const value = fact(told, key);
  return value === null ? '' : `${before}${value}`;
};

const ruleName = (told: Told) => {
  const name = told.after?.['name'] ?? told.before?.['name'];
  return typeof name === 'string' ? `: ${name}` : '';
};

const CHOICES: Readonly<Record<string, string>> = {
  in: 'took a tag key into reports',
  out: 'took a tag key out of reports',
};

const staff = 'the operator’s staff';

/** Every action in words. A new member of the union does not compile without them. */
export const actionWords: Readonly<Record<AuditAction, Words>> = {
  'connection.issued': words(
    'Connection started',
    (t) => `began ${named(t, 'connection')} and was issued its ExternalId`,
  ),
  'connection.probed': words(
    'Role checked',
    (t) => `checked the role of ${named(t, 'connection')}${of(t, 'verdict')}`,
  ),
  'connection.refused': words(
    'Role refused',
    (t) => `refused the role of ${named(t, 'connection')}${because(t)}`,
  ),
  'connection.activated': words(
    'Connection active',
    (t) => `activated ${named(t, 'connection')}: its role passed all checks`,
  ),
  'connection.failed': words(
    'Connection failed',
    (t) => `lost access through ${named(t, 'connection')}${because(t)}`,
  ),
  'connection.changed': words('Connection changed', (t) => changed(t, named(t, 'connection'))),
  'connection.revoked': words('Connection revoked', (t) => `revoked ${named(t, 'connection')}`),
  'connection.erased': words('Connection erased', (t) => `erased all data of ${named(t, 'connection')}`),
  'sync.requested': words('Sync asked for', (t) => `asked for a sync of ${named(t, 'connection')}`),
  'sync.loaded': words('Costs loaded', (t) => `loaded the costs of ${named(t, 'connection')}`),
  'sync.failed': words(
    'Sync failed',
    (t) => `could not load the costs of ${named(t, 'connection')}${because(t)}`,
  ),
  'view.created': words('View saved', (t) => `saved ${named(t, 'view')}`),
  'view.updated': words('View changed', (t) => changed(t, named(t, 'view'))),
  'view.deleted': words('View deleted', (t) => `deleted ${named(t, 'view')}`),
  'view.shared': words(
    'View shared',
    (t) => `changed who sees ${named(t, 'view')}${changes(t) ? `: ${changes(t)}` : ''}`,
  ),
  'view.opened': words(
    'View of somebody else opened',
    (t) => `opened ${named(t, 'view')}, which somebody else saved`,
  ),
  'tag.rule-made': words('Tag rule made', (t) => `made a rule for tags${ruleName(t)}`),
  'tag.rule-changed': words('Tag rule changed', (t) => `changed a rule for tags${ruleName(t)}`),
  'tag.rule-deleted': words('Tag rule deleted', (t) => `deleted a rule for tags${ruleName(t)}`),
  'tag.key-chosen': words(
    'Tag key chosen',
    (t) =>
      `${CHOICES[fact(t, 'choice') ?? ''] ?? 'let the number of values decide about a tag key'}${of(t, 'key')}`,
  ),
  'account.labelled': words('Account labelled', () => 'changed the label or the group of a linked account'),
  'upload.started': words('Source of files made', (t) => `made ${named(t, 'connection')}, a source of files`),
  'upload.received': words('File uploaded', (t) => `uploaded a file to ${named(t, 'connection')}`),
  'upload.confirmed': words(
    'File to be loaded',
    (t) => `asked for a file of ${named(t, 'connection')} to be loaded`,
  ),
  'upload.loaded': words('File loaded', (t) => `loaded a file of ${named(t, 'connection')}`),
  'upload.refused': words('File refused', (t) => `refused a file of ${named(t, 'connection')}`),
  'upload.removed': words('File removed', (t) => `took a file out of ${named(t, 'connection')}`),
  'upload.left-out': words(
    'Accounts left out',
    (t) => `left accounts that are connected by a role out of ${named(t, 'connection')}`,
  ),
  'upload.looked': words(
    'Bucket looked into',
    (t) => `asked to look into the bucket of ${named(t, 'connection')}`,
  ),
  'connection.resource-costs-asked': words(
    'Costs by resource asked for',
    (t) => `asked Cost Explorer for the costs by resource of ${named(t, 'connection')}`,
  ),
  'connection.resource-costs-left': words(
    'Costs by resource given up',
    (t) => `gave up the costs by resource of ${named(t, 'connection')}`,
  ),
  'connection.cost-tags-asked': words(
    'Tags of Cost Explorer asked for',
    (t) => `asked Cost Explorer for the tags of ${named(t, 'connection')}`,
  ),
  'connection.cost-tags-left': words(
    'Tags of Cost Explorer given up',
    (t) => `gave up the tags that Cost Explorer told of ${named(t, 'connection')}`,
  ),
  'export.chosen': words(
    'Billing export chosen',
    (t) => `chose a billing export for ${named(t, 'connection')}`,
  ),
  'export.left': words(
    'Billing export given up',
    (t) => `gave cost of ${named(t, 'connection')} back to Cost Explorer`,
  ),
  'export.downloaded': words(
    'Costs downloaded',
    (t) => `downloaded ${fact(t, 'part') ?? fact(t, 'what') ?? 'costs'} as a file`,
  ),
  'export.audit': words(
    'Audit trail exported',
    (t) =>
      `exported the audit trail as ${fact(t, 'format') === 'csv' ? 'CSV' : 'JSON lines'}${fact(t, 'filter') ? ', filtered' : ''}`,
  ),
  'session.opened': words('Signed in', (t) => `signed in${by(t)}`),
  'session.refused': words(
    'Sign-in refused',
    (t) => `tried to sign in as ${person(t)} and was refused${because(t)}`,
  ),
  'session.ended': words('Session ended', (t) =>
    t.isOwn ? 'ended a session of their own' : `ended a session of ${person(t)}`,
  ),
  'session.ended-others': words('Other sessions ended', (t) =>
    t.isOwn ? 'ended all their other sessions' : `ended all sessions of ${person(t)}`,
  ),
  'session.stepped-up': words('Proved who they are', (t) => `proved again who they are${by(t)}`),
  'session.break-glass': said('Emergency sign-in', 'signed in by the emergency way, past single sign-on'),
  'session.switched': said('Workspace opened', 'opened this workspace in a session begun elsewhere'),
  'password.changed': words('Password changed', (t) => `changed ${whose(t, 'password')}`),
  'password.reset': words(
    'Password reset',
    (t) => `set a new password for ${t.isOwn ? 'themselves' : person(t)} by a link from their mail`,
  ),
  'password.reset-requested': words(
    'Password reset asked for',
    (t) => `asked for a link to set a new password for ${t.isOwn ? 'themselves' : person(t)}`,
  ),
  'email.verified': words('Address verified', (t) => `verified ${whose(t, 'email address')}`),
  'email.change-requested': words(
    'Change of address asked for',
    (t) => `asked to change ${whose(t, 'email address')}`,
  ),
  'email.changed': words('Address changed', (t) => `changed ${whose(t, 'email address')}${from(t, 'email')}`),
  'factor.totp-added': words(
    'Authenticator added',
    (t) => `added an authenticator app to ${whose(t, 'account')}`,
  ),
  'factor.totp-removed': words(
    'Authenticator removed',
    (t) => `removed the authenticator app from ${whose(t, 'account')}`,
  ),
  'factor.passkey-added': words(
    'Passkey added',
    (t) => `added a passkey to ${whose(t, 'account')}${of(t, 'name')}`,
  ),
  'factor.passkey-removed': words(
    'Passkey removed',
    (t) => `removed a passkey from ${whose(t, 'account')}${of(t, 'name')}`,
  ),
  'factor.codes-made': words(
    'Recovery codes made',
    (t) => `made new recovery codes for ${whose(t, 'account')}`,
  ),
  'factor.code-used': words('Recovery code used', (t) => `used up one of ${whose(t, 'recovery codes')}`),
  'factor.refused': words('Second factor refused', (t) => `could not prove to be ${person(t)}${because(t)}`),
  'member.invited': words(
    'Invited',
    (t) =>
      `invited ${fact(t, 'email') ?? person(t)}${t.detail['isAgain'] === true ? ' once more' : ''}${as(t, 'role')}`,
  ),
  'member.invitation-withdrawn': words(
    'Invitation withdrawn',
    (t) => `withdrew the invitation of ${fact(t, 'email') ?? person(t)}`,
  ),
  'member.joined': words('Joined', (t) => `${t.isOwn ? 'joined' : `let ${person(t)} join`}${as(t, 'role')}`),
  'member.role-changed': words('Role changed', (t) => `changed ${whose(t, 'role')}${from(t, 'role')}`),
  'member.limited': words('Accounts limited', (t) =>
    changed(t, `which accounts ${t.isOwn ? 'they' : person(t)} may see`),
  ),
  'member.removed': words('Removed', (t) => `removed ${person(t)} from the workspace`),
  'member.left': said('Left', 'left the workspace'),
  'member.ownership-transferred': words(
    'Ownership handed over',
    (t) => `handed ownership of the workspace to ${person(t)}`,
  ),
  'workspace.created': said('Workspace created', 'created the workspace'),
  'workspace.settings-changed': words('Settings changed', (t) => changed(t, 'the workspace’s settings')),
  'sso.created': words('Single sign-on added', (t) => `added ${named(t, 'identity provider')}`),
  'sso.changed': words('Single sign-on changed', (t) => changed(t, named(t, 'identity provider'))),
  'sso.tested': words('Single sign-on tested', (t) => {
    const isPassed = t.detail['isPassed'];
    const outcome =
      isPassed === undefined ? '' : isPassed ? ', and it passed' : `, and it failed${because(t)}`;
    return `tested ${named(t, 'identity provider')}${outcome}`;
  }),
  'sso.activated': words('Single sign-on switched on', (t) => `switched on ${named(t, 'identity provider')}`),
  'sso.deactivated': words(
    'Single sign-on switched off',
    (t) => `switched off ${named(t, 'identity provider')}`,
  ),
  'sso.deleted': words('Single sign-on deleted', (t) => `deleted ${named(t, 'identity provider')}`),
  'sso.refused': words(
    'Single sign-on refused',
    (t) => `tried to sign in through ${named(t, 'identity provider')} and was refused${because(t)}`,
  ),
  'sso.key-rotated': words('Signing key changed', (t) =>
    t.detail['retired'] === true ? 'retired a key of single sign-on' : 'made a new key for single sign-on',
  ),
  'sso.domain-added': words(
    'Domain added',
    (t) => `added the domain ${t.subject ?? fact(t, 'domain') ?? 'of the workspace'}`,
  ),
  'sso.domain-verified': words(
    'Domain proven',
    (t) => `proved to own the domain ${t.subject ?? fact(t, 'domain') ?? 'of the workspace'}`,
  ),
  'sso.domain-removed': words(
    'Domain removed',
    (t) => `removed the domain ${t.subject ?? fact(t, 'domain') ?? 'of the workspace'}`,
  ),
  'sso.logged-out': words(
    'Signed out by the identity provider',
    (t) => `ended ${fact(t, 'sessions') ?? 'the'} sessions, as ${named(t, 'identity provider')} asked`,
  ),
  'sso.certificate-expiring': words(
    'Certificate expires soon',
    (t) =>
      `warned that the certificate of ${named(t, 'identity provider')} expires${of(t, 'expiresAt', ' on ')}`,
  ),
  'scim.user-created': words('Provisioned', (t) => `provisioned ${person(t)}`),
  'scim.user-changed': words('Changed by provisioning', (t) => changed(t, person(t))),
  'scim.user-deactivated': words(
    'Deactivated by provisioning',
    (t) => `deactivated ${person(t)} by provisioning`,
  ),
  'scim.user-deleted': words('Removed by provisioning', (t) => `removed ${person(t)} by provisioning`),
  'scim.group-created': words('Group added', (t) => `added ${named(t, 'group')}`),
  'scim.group-changed': words('Group changed', (t) => changed(t, named(t, 'group'))),
  'scim.group-deleted': words('Group deleted', (t) => `deleted ${named(t, 'group')}`),
  'token.created': words('Token made', (t) => `made ${named(t, 'token')}${of(t, 'scopes', ' for ')}`),
  'token.ended': words('Token ended', (t) => `ended ${named(t, 'token')}`),
  'token.refused': words('Token refused', (t) =>
    t.isOwn ? `was refused${because(t)}` : `was refused with ${named(t, 'token')}${because(t)}`,
  ),
  'staff.asked': words('Staff asked for access', (t) => `asked to look in${of(t, 'reason')}`),
  'staff.notified': words('Staff access announced', (t) => `told the owners that ${person(t)} will look in`),
  'staff.approved': words('Staff access approved', (t) => `let ${t.subject ?? staff} look in`),
  'staff.denied': words('Staff access denied', (t) => `did not let ${t.subject ?? staff} look in`),
  'staff.entered': said('Staff looked in', 'entered to look'),
  'staff.viewed': words(
    'Staff viewed a page',
    (t) => `viewed ${fact(t, 'page') ?? fact(t, 'path') ?? 'a page'}`,
  ),
  'staff.ended': words('Staff access ended', (t) => {
    if (fact(t, 'why') === 'withdrawn') return 'withdrew their ask to look in';
    return fact(t, 'why') === 'by staff'
      ? 'ended their own access'
      : `ended the access of ${t.subject ?? staff}`;
  }),
  'staff.expired': words(
    'Staff access ran out',
    (t) => `closed the access of ${t.subject ?? staff}, whose time was over`,
  ),
  'audit.verified': words('Audit trail verified', (t) =>
    t.detail['isUnbroken'] === false
      ? `verified the audit trail and found it broken at event ${fact(t, 'seq') ?? '?'}`
      : `verified the audit trail: unbroken${of(t, 'events', ', ')}${fact(t, 'events') ? ' events' : ''}`,
  ),
  'audit.pruned': words(
    'Audit trail shortened',
    (t) =>
      `let go of ${fact(t, 'events') ?? 'the'} oldest events, as the retention of ${fact(t, 'days') ?? '?'} days says`,
  ),
};

export const auditActions = Object.keys(actionWords) as AuditAction[];

const isAction = (action: string): action is AuditAction => Object.hasOwn(actionWords, action);

/** What somebody did, behind their name. An action of another version is shown as it was recorded. */
export const tellAction = (action: string, told: Told): string =>
  isAction(action) ? actionWords[action].tell(told) : `did ${quoted(action)}`;

export const labelOf = (action: string): string => (isAction(action) ? actionWords[action].label : action);
