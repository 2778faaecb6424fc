import { readFileSync } from 'node:fs';
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

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The same rule for several. */
export const each = (rule: Rule, ...keys: string[]) => Object.fromEntries(keys.map((key) => [key, rule]));

/** The actions of one file. */
export const at = (folder: string, rules: Record<string, Rule>) =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`action src/${folder}#${name}`, rule]));

/** Right in form; nobody has its key any more. */
export const CERTIFICATE = readFileSync('tests/fixtures/sso/certificate.txt', 'utf8');
export const METADATA = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://walked.example/idp"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${CERTIFICATE.replaceAll(/-----[^-]+-----|\s/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://walked.example/sso"/></IDPSSODescriptor></EntityDescriptor>`;
