import type { Permission } from '../../src/domain/permissions';

/** Ids of one workspace, for the inputs of what is asked. */
export interface Ids {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly viewId: string;
  /** An export of the connection, a file and a rule for tags with the same id; a resource and a tag key of one name. */
  readonly exportId: string;
  readonly ref: string;
  readonly userId: string;
  readonly invitationId: string;
  readonly staffAccessId: string;
  readonly tokenId: string;
  readonly ssoConnectionId: string;
  readonly ssoKeyId: string;
  readonly accountRef: string;
}

export interface Rule {
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

/** The actions of one file. */
export const at = (folder: string, rules: Record<string, Rule>) =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`action src/${folder}#${name}`, rule]));
