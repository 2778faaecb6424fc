import { readFileSync } from 'node:fs';
import type { Permission } from '../../src/domain/permissions';

/** Ids of one workspace, for the inputs of what is asked. */
export interface Ids {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly viewId: string;
  /** An export of the connection, a file with the same id, and a resource. */
  readonly exportId: string;
  readonly ref: string;
  readonly userId: string;
  readonly invitationId: string;
  readonly staffAccessId: string;
  readonly tokenId: string;
  readonly ssoConnectionId: string;
  readonly ssoKeyId: string;
}

interface Rule {
  /**
   * anyone: works without a session. door: an action for people who are not signed in. person: whoever is signed in.
   * staff: the operator's staff. scim: a token of an identity provider. Otherwise the permission that it takes.
   */
  readonly who: 'anyone' | 'door' | 'person' | 'staff' | 'scim' | Permission;
  /** Asks for a proof within the last five minutes. */
  readonly stepUp?: true;
  /** What an action is called with: right in form, so that what refuses it is not its form. */
  readonly input?: (ids: Ids) => unknown;
  /** True where the input or address names something of a workspace: another workspace's does not exist. */
  readonly names?: true;
  /** What a page says to whoever may not see it. */
  readonly refusal?: string;
  /** True where a bearer token opens it. */
  readonly token?: true;
}

const CODE = '123456';
const LINK = 'x'.repeat(43);
const PASSWORD = 'a rather long set of words';
const anyone: Rule = { who: 'anyone' };
const person: Rule = { who: 'person' };
const staff: Rule = { who: 'staff' };
const scim: Rule = { who: 'scim' };
const door = (input?: unknown): Rule => ({
  who: 'door',
  ...(input === undefined ? {} : { input: () => input }),
});

const at = (folder: string, rules: Record<string, Rule>) =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`action src/${folder}#${name}`, rule]));

const passkey = { id: 'none', type: 'public-key' };

const sso = (input?: Rule['input']): Rule => ({
  who: 'sso:write',
  stepUp: true,
  ...(input ? { input } : {}),
});
const ssoNamed = (input: (connectionId: string) => unknown): Rule => ({
  ...sso(({ ssoConnectionId }) => input(ssoConnectionId)),
  names: true,
});
/** Right in form; nobody has its key any more. */
const CERTIFICATE = readFileSync('tests/fixtures/sso/certificate.txt', 'utf8');
const METADATA = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://walked.example/idp"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${CERTIFICATE.replaceAll(/-----[^-]+-----|\s/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://walked.example/sso"/></IDPSSODescriptor></EntityDescriptor>`;

/** Every page, route and action, and what it takes. One that is missing fails the walk, and so does one that is gone. */
export const surface: Readonly<Record<string, Rule>> = {
  'page /': anyone,
  'page /security': anyone,
  'page /privacy': anyone,
  'page /subprocessors': anyone,
  'page /inbox': anyone,
  'page /sign-in': anyone,
  'page /sign-in/factor': anyone,
  'page /sign-in/break-glass': anyone,
  'page /sign-up': anyone,
  'page /forgot': anyone,
  'page /deleted': anyone,
  'page /reset/[token]': anyone,
  'page /verify/[token]': person,
  'page /change-email/[token]': anyone,
  'page /invite/[token]': anyone,
  'page /sso/confirm': anyone,
  // These prove in their own ways who sent what: tests/integration/sso, tests/attacks/saml and tests/integration/scim.
  'GET /sso/[workspaceId]/start': anyone,
  'GET /sso/[workspaceId]/[connectionId]/start': anyone,
  'GET /sso/[workspaceId]/[connectionId]/metadata': anyone,
  'POST /sso/[workspaceId]/[connectionId]/acs': anyone,
  'GET /sso/[workspaceId]/[connectionId]/slo': anyone,
  'POST /sso/[workspaceId]/[connectionId]/slo': anyone,
  'GET /sso/finish': anyone,
  'GET /sso/refused': anyone,
  'GET /scim/v2/[...path]': scim,
  'POST /scim/v2/[...path]': scim,
  'PUT /scim/v2/[...path]': scim,
  'PATCH /scim/v2/[...path]': scim,
  'DELETE /scim/v2/[...path]': scim,
  'GET /.well-known/security.txt': anyone,
  'GET /healthz': anyone,
  'GET /readyz': anyone,
  'GET /receipt-key.pem': anyone,
  'GET /template.json': anyone,
  'GET /template.yaml': anyone,
  'GET /export-template.yaml': anyone,
  'GET /bucket-template.yaml': anyone,

  'page /no-workspace': person,
  'page /second-factor': person,
  'page /overview': { who: 'cost:read' },
  'page /resources': { who: 'cost:read' },
  'page /resources/[ref]': { who: 'cost:read', names: true },
  'page /views': { who: 'view:read' },
  'page /views/[viewId]': { who: 'view:read', names: true },
  'page /connections': { who: 'connection:read' },
  'page /connections/new': { who: 'connection:write' },
  'page /connections/[connectionId]': { who: 'connection:read', names: true },
  'page /connections/[connectionId]/ledger': { who: 'ledger:read', names: true },
  'page /receipts/[connectionId]': { who: 'connection:read', names: true },
  'page /settings': person,
  'page /settings/sign-in': person,
  'page /settings/sessions': person,
  'page /settings/tokens': person,
  'page /settings/people': { who: 'member:read' },
  'page /settings/roles': { who: 'member:read' },
  'page /settings/security': { who: 'member:read' },
  'page /settings/sso': { who: 'sso:read' },
  'page /settings/scim': { who: 'sso:read' },
  'page /settings/audit': { who: 'audit:read' },
  'page /settings/staff': { who: 'staff:decide' },
  'page /settings/connections': { who: 'connection:read' },
  'page /settings/connections/[connectionId]': { who: 'connection:revoke', names: true },
  'page /settings/delete': { who: 'workspace:delete' },

  'GET /api/overview': { who: 'cost:read', token: true },
  'GET /api/overview.csv': { who: 'cost:read', token: true },
  'GET /api/resources': { who: 'cost:read', token: true },
  'GET /api/resources/[ref]': { who: 'cost:read', names: true, token: true },
  'GET /api/resources.csv': { who: 'cost:read', token: true },
  'GET /api/audit.csv': { who: 'audit:read', token: true },
  'GET /api/audit.jsonl': { who: 'audit:read', token: true },
  'GET /api/connections/[connectionId]/ledger.csv': { who: 'ledger:read', names: true, token: true },
  'GET /api/connections/[connectionId]/progress': { who: 'connection:read', names: true, token: true },
  'POST /api/uploads': { who: 'upload:write', token: true, input: () => ({ name: 'Walked' }) },
  'GET /api/uploads/[connectionId]/files': { who: 'connection:read', names: true, token: true },
  'POST /api/uploads/[connectionId]/content': { who: 'upload:write', names: true, token: true },
  'GET /api/uploads/[connectionId]/files/[fileId]': { who: 'connection:read', names: true, token: true },
  'POST /api/uploads/[connectionId]/files/[fileId]': { who: 'upload:write', names: true, token: true },
  'DELETE /api/uploads/[connectionId]/files/[fileId]': { who: 'upload:write', names: true, token: true },
  'GET /api/receipts/[connectionId]': { who: 'connection:read', names: true, token: true },

  ...at('server/sign-out.ts', { signOutAction: anyone }),
  ...at('app/(app)/views/actions.ts', {
    createViewAction: { who: 'view:write', input: () => ({ name: 'Walked', query: '' }) },
    updateViewAction: { who: 'view:write', input: ({ viewId }) => ({ viewId, name: 'Walked' }), names: true },
    deleteViewAction: { who: 'view:write', input: ({ viewId }) => ({ viewId }), names: true },
    shareViewAction: {
      who: 'view:write',
      input: ({ viewId }) => ({ viewId, audience: 'workspace', userIds: [] }),
      names: true,
    },
  }),
  ...at('app/(app)/connections/actions.ts', {
    startConnectionAction: {
      who: 'connection:write',
      input: () => ({ account: '999999999999', groups: [] }),
    },
    updateConnectionAction: {
      who: 'connection:write',
      input: ({ connectionId }) => ({ connectionId, name: 'Walked', dailyCapUsd: '2.00' }),
      names: true,
    },
    checkConnectionAction: {
      who: 'connection:write',
      input: ({ connectionId }) => ({ connectionId }),
      names: true,
    },
    requestSyncAction: {
      who: 'connection:write',
      input: ({ connectionId }) => ({ connectionId }),
      names: true,
    },
    chooseExportAction: {
      who: 'connection:write',
      input: ({ connectionId, exportId }) => ({ connectionId, exportId }),
      names: true,
    },
    leaveExportAction: {
      who: 'connection:write',
      input: ({ connectionId }) => ({ connectionId }),
      names: true,
    },
    startSourceAction: { who: 'upload:write', input: () => ({ name: 'A source' }) },
    startBucketSourceAction: {
      who: 'connection:write',
      input: () => ({ name: 'A bucket', bucket: 'acme-focus', prefix: 'azure' }),
    },
    checkBucketAction: {
      who: 'connection:write',
      input: ({ connectionId }) => ({ connectionId, account: '615273849012' }),
      names: true,
    },
    requestLookAction: {
      who: 'upload:write',
      input: ({ connectionId }) => ({ connectionId }),
      names: true,
    },
    confirmFileAction: {
      who: 'upload:write',
      input: ({ connectionId, exportId }) => ({ connectionId, fileId: exportId }),
      names: true,
    },
    removeFileAction: {
      who: 'upload:write',
      input: ({ connectionId, exportId }) => ({ connectionId, fileId: exportId }),
      names: true,
    },
    revokeConnectionAction: {
      who: 'connection:revoke',
      input: ({ connectionId }) => ({ connectionId, confirmation: 'Not its name' }),
      names: true,
      stepUp: true,
    },
    checkRoleGoneAction: { who: 'connection:revoke', input: () => ({ ticket: 'none' }) },
  }),
  ...at('app/(app)/settings/actions.ts', {
    changePasswordAction: { who: 'person', input: () => ({ current: 'not it', next: PASSWORD }) },
    waysToStepUpAction: person,
    askToStepUpAction: person,
    stepUpAction: { who: 'person', input: () => ({ kind: 'totp', code: CODE }) },
    offerTotpAction: { who: 'person', stepUp: true },
    confirmTotpAction: { who: 'person', stepUp: true, input: () => ({ offer: 'none', code: CODE }) },
    removeTotpAction: { who: 'person', stepUp: true },
    offerPasskeyAction: { who: 'person', stepUp: true },
    addPasskeyAction: { who: 'person', stepUp: true, input: () => ({ name: 'Walked', response: passkey }) },
    removePasskeyAction: { who: 'person', stepUp: true, input: () => ({ passkeyId: 'none' }) },
    makeRecoveryCodesAction: { who: 'person', stepUp: true },
    sendVerificationAction: person,
    requestEmailChangeAction: {
      who: 'person',
      stepUp: true,
      input: () => ({ email: 'walked@example.org' }),
    },
    endSessionAction: { who: 'person', input: ({ userId }) => ({ sessionId: userId }), names: true },
    endOtherSessionsAction: { who: 'person', stepUp: true },
    switchWorkspaceAction: { who: 'person', input: ({ workspaceId }) => ({ workspaceId }), names: true },
    updateSecurityAction: {
      who: 'workspace:write',
      stepUp: true,
      input: () => ({ requireSecondFactor: false, sessionIdleMinutes: 60, sessionAbsoluteMinutes: 60 }),
    },
    deleteWorkspaceAction: {
      who: 'workspace:delete',
      stepUp: true,
      input: () => ({ confirmation: 'Not its name' }),
    },
  }),
  ...at('app/(app)/settings/people/actions.ts', {
    inviteAction: {
      who: 'member:write',
      stepUp: true,
      input: () => ({ email: 'walked@example.org', role: 'viewer', accounts: null }),
    },
    resendInvitationAction: {
      who: 'member:write',
      stepUp: true,
      input: ({ invitationId }) => ({ invitationId }),
      names: true,
    },
    withdrawInvitationAction: {
      who: 'member:write',
      stepUp: true,
      input: ({ invitationId }) => ({ invitationId }),
      names: true,
    },
    changeRoleAction: {
      who: 'member:write',
      stepUp: true,
      input: ({ userId }) => ({ userId, role: 'viewer' }),
      names: true,
    },
    limitMemberAction: {
      who: 'member:write',
      stepUp: true,
      input: ({ userId }) => ({ userId, accounts: null }),
      names: true,
    },
    removeMemberAction: {
      who: 'member:write',
      stepUp: true,
      input: ({ userId }) => ({ userId }),
      names: true,
    },
    transferOwnershipAction: {
      who: 'workspace:write',
      stepUp: true,
      input: ({ userId }) => ({ userId, staysOwner: true }),
      names: true,
    },
    leaveWorkspaceAction: person,
  }),
  ...at('app/(app)/settings/staff/actions.ts', {
    approveStaffAccessAction: {
      who: 'staff:decide',
      stepUp: true,
      input: ({ staffAccessId }) => ({ accessId: staffAccessId }),
      names: true,
    },
    denyStaffAccessAction: {
      who: 'staff:decide',
      stepUp: true,
      input: ({ staffAccessId }) => ({ accessId: staffAccessId }),
      names: true,
    },
    endStaffAccessAction: {
      who: 'staff:decide',
      input: ({ staffAccessId }) => ({ accessId: staffAccessId }),
      names: true,
    },
    changeStaffSettingAction: { who: 'workspace:write', stepUp: true, input: () => ({ setting: 'approve' }) },
  }),
  ...at('app/(app)/settings/tokens/actions.ts', {
    createTokenAction: {
      who: 'token:own',
      stepUp: true,
      input: () => ({ kind: 'personal', name: 'Walked', scopes: ['cost:read'] }),
    },
    endTokenAction: { who: 'token:own', stepUp: true, input: ({ tokenId }) => ({ tokenId }), names: true },
  }),
  ...at('app/(app)/settings/scim/actions.ts', {
    createScimTokenAction: { who: 'sso:write', stepUp: true, input: () => ({ name: 'Walked' }) },
    endScimTokenAction: {
      who: 'sso:write',
      stepUp: true,
      input: ({ tokenId }) => ({ tokenId }),
      names: true,
    },
  }),
  ...at('app/(app)/settings/audit/actions.ts', {
    moreAuditAction: { who: 'audit:read', input: () => ({ filter: '', before: 1 }) },
    verifyAuditAction: { who: 'audit:read' },
    setRetentionAction: { who: 'workspace:write', stepUp: true, input: () => ({ days: null }) },
  }),
  ...at('app/(app)/settings/sso/actions.ts', {
    createConnectionAction: sso(() => ({ name: 'Walked' })),
    changeProviderAction: ssoNamed((connectionId) => ({ kind: 'xml', connectionId, xml: METADATA })),
    refreshMetadataAction: ssoNamed((connectionId) => ({ connectionId })),
    addCertificateAction: ssoNamed((connectionId) => ({ connectionId, certificate: CERTIFICATE })),
    removeCertificateAction: ssoNamed((connectionId) => ({ connectionId, fingerprint: 'a'.repeat(64) })),
    changeMappingAction: ssoNamed((connectionId) => ({
      connectionId,
      email: null,
      name: null,
      groups: null,
    })),
    changeOptionsAction: ssoNamed((connectionId) => ({
      connectionId,
      name: 'Walked',
      defaultRole: 'viewer',
      groupRules: [],
      isJitOn: true,
      allowIdpInitiated: false,
      wantEncrypted: false,
      wantSignedAssertion: true,
    })),
    activateConnectionAction: ssoNamed((connectionId) => ({ connectionId })),
    deactivateConnectionAction: ssoNamed((connectionId) => ({ connectionId })),
    deleteConnectionAction: ssoNamed((connectionId) => ({ connectionId })),
    addDomainAction: sso(() => ({ domain: 'walked.example' })),
    checkDomainAction: sso(() => ({ domain: 'walked.example' })),
    removeDomainAction: sso(() => ({ domain: 'walked.example' })),
    enforceSsoAction: sso(() => ({ isEnforced: true })),
    rotateKeyAction: sso(),
    retireKeyAction: { ...sso(({ ssoKeyId }) => ({ keyId: ssoKeyId })), names: true },
  }),
  ...at('app/sso/confirm/actions.ts', { confirmSignInAction: door({ ticket: 'none' }) }),
  ...at('app/(auth)/actions.ts', {
    routeSignInAction: door({ email: 'walked@example.org' }),
    signInAction: door({ email: 'walked@example.org', password: PASSWORD }),
    signUpAction: door({ name: '', workspace: '', email: 'walked@example.org', password: PASSWORD }),
    askForPasskeyAction: door(),
    signInWithPasskeyAction: door({ response: passkey }),
    askForSecondPasskeyAction: door(),
    completeSignInAction: door({ kind: 'totp', code: CODE }),
    beginBreakGlassAction: door({ email: 'walked@example.org', code: 'aaaa-bbbb-cccc' }),
    requestResetAction: door({ email: 'walked@example.org' }),
    resetPasswordAction: door({ token: LINK, password: PASSWORD }),
    verifyEmailAction: { who: 'person', input: () => ({ token: LINK }) },
    confirmEmailChangeAction: door({ token: LINK }),
  }),
  ...at('app/(auth)/invite/actions.ts', {
    joinAction: { who: 'person', input: () => ({ text: LINK }) },
    acceptAnewAction: door({ text: LINK, name: 'Walked', password: PASSWORD }),
    signOutHereAction: door({ text: LINK }),
  }),
  ...at('app/staff/actions.ts', {
    signInStaffAction: door({ email: 'walked@example.org', password: PASSWORD, code: CODE }),
    setUpStaffAction: door({ token: LINK, password: PASSWORD, code: CODE }),
    askAccessAction: {
      who: 'staff',
      input: ({ workspaceId }) => ({ workspaceId, reason: 'to walk through it', minutes: 15 }),
    },
    openAccessAction: { who: 'staff', input: ({ staffAccessId }) => ({ accessId: staffAccessId }) },
    endOwnAccessAction: { who: 'staff', input: ({ staffAccessId }) => ({ accessId: staffAccessId }) },
    endVisitAction: anyone,
    signReviewAction: {
      who: 'staff',
      input: () => ({ quarter: '2026-Q4', seen: 'a'.repeat(64), note: 'Walked' }),
    },
    signOutStaffAction: anyone,
  }),
  'page /staff': staff,
  'page /staff/review': staff,
  'page /staff/setup/[token]': anyone,
  'page /staff/sign-in': anyone,
};
