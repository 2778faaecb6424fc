import type { AuditAction } from './record-audit';

type Group = AuditAction extends `${infer G}.${string}` ? G : never;

const groupLabels: Readonly<Record<Group, string>> = {
  connection: 'Connections',
  sync: 'Syncs',
  view: 'Views',
  export: 'Exports',
  upload: 'Uploaded files',
  tag: 'Tags',
  account: 'Labels of accounts',
  session: 'Sign-ins and sessions',
  password: 'Passwords',
  email: 'E-mail addresses',
  factor: 'Second factors',
  member: 'People',
  workspace: 'Workspace',
  sso: 'Single sign-on',
  scim: 'Provisioning',
  token: 'API tokens',
  staff: 'Staff access',
  audit: 'Audit trail',
};
/** What the parts of the trail are called, by the first word of an action. */
export const actionGroupLabels: Readonly<Record<string, string>> = groupLabels;
