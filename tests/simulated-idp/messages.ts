import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Samlify from 'samlify';
import type { KeyPair } from '../attacks/saml/keys';
import { escapeHtml } from './pages';
import { newToken, type IdpBehaviour, type IdpSession, type IdpUser, type PendingLogin } from './state';

// Node finds not all of samlify's names when it is imported.
const { Constants, IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } = createRequire(
  import.meta.url,
)('samlify') as typeof Samlify;

// samlify insists on a validator of schemas. What comes in is only as good as its signature here.
setSchemaValidator({ validate: () => Promise.resolve('not judged') });

const { redirect } = Constants.namespace.binding;
const RSA_SHA256 = Constants.algorithms.signature.RSA_SHA256;
const MINUTE_MS = 60_000;

// samlify's own template has no AuthnStatement, and its attributes have one value each.
const RESPONSE =
  '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{Now}" Destination="{Acs}" InResponseTo="{InResponseTo}"><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>' +
  '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{AssertionID}" Version="2.0" IssueInstant="{Now}"><saml:Issuer>{Issuer}</saml:Issuer>' +
  '<saml:Subject><saml:NameID Format="{Format}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{End}" Recipient="{Acs}" InResponseTo="{InResponseTo}"/></saml:SubjectConfirmation></saml:Subject>' +
  '<saml:Conditions NotBefore="{Begin}" NotOnOrAfter="{End}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>' +
  '<saml:AuthnStatement AuthnInstant="{Now}" SessionIndex="{SessionIndex}" SessionNotOnOrAfter="{SessionEnd}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>' +
  'ATTRIBUTES</saml:Assertion></samlp:Response>';

function attribute(name: string, values: readonly string[]): string {
  const texts = values.map((value) => `<saml:AttributeValue>${escapeHtml(value)}</saml:AttributeValue>`);
  return `<saml:Attribute Name="${name}">${texts.join('')}</saml:Attribute>`;
}

function attributesOf({ email, name, groups }: IdpUser): string {
  const rows = [attribute('email', [email]), attribute('name', [name])];
  if (groups.length > 0) rows.push(attribute('groups', groups));
  return `<saml:AttributeStatement>${rows.join('')}</saml:AttributeStatement>`;
}

type Provider = ReturnType<typeof ServiceProvider>;

const DESCRIPTOR = /<(\w+:)?KeyDescriptor[\s>].*?<\/\1?KeyDescriptor>/gs;

/**
 * samlify knows one certificate for each use, and takes several for none. So a service provider that
 * changes its keys is told to it once for every certificate that signs.
 */
function onePerCertificate(metadata: string): string[] {
  const all = metadata.match(DESCRIPTOR) ?? [];
  const signing = all.filter((descriptor) => !descriptor.includes('use="encryption"'));
  const encryption = all.find((descriptor) => descriptor.includes('use="encryption"'));
  return (signing.length === 0 ? [undefined] : signing).map((kept) =>
    metadata.replace(DESCRIPTOR, (descriptor) =>
      descriptor === kept || descriptor === encryption ? descriptor : '',
    ),
  );
}

function providerOf(metadata: string, wantMessageSigned = true): Provider {
  return ServiceProvider({
    metadata,
    wantMessageSigned,
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
  });
}

function octets(query: string, parameter: string): string {
  const raw = new Map(query.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const));
  return [parameter, 'RelayState', 'SigAlg'].flatMap((name) => raw.get(name) ?? []).join('&');
}

export interface Received {
  readonly id: string;
  readonly nameId: string;
  readonly sessionIndex: string | null;
  readonly forceAuthn: boolean;
  readonly relayState: string;
  readonly inResponseTo: string;
}

type Extract = Readonly<Record<string, unknown>>;

function field(extract: Extract, group: string, name: string): string {
  const found = extract[group];
  const value: unknown = typeof found === 'object' && found !== null ? (found as Extract)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

export class IdpMessages {
  constructor(
    private readonly base: string,
    private readonly key: KeyPair,
    private readonly behaviour: IdpBehaviour,
    private readonly now: () => Date,
  ) {}

  get entityId(): string {
    return `${this.base}/metadata`;
  }

  private idp() {
    return IdentityProvider({
      entityID: this.entityId,
      privateKey: this.key.privateKeyPem,
      signingCert: new X509Certificate(this.key.certificatePem).raw.toString('base64'),
      requestSignatureAlgorithm: RSA_SHA256,
      wantAuthnRequestsSigned: true,
      wantLogoutRequestSigned: true,
      wantLogoutResponseSigned: true,
      isAssertionEncrypted: this.behaviour.encrypt,
      nameIDFormat: [this.behaviour.nameIdFormat],
      singleSignOnService: [{ Binding: redirect, Location: `${this.base}/sso` }],
      singleLogoutService: [{ Binding: redirect, Location: `${this.base}/slo` }],
      loginResponseTemplate: { context: RESPONSE, attributes: [] },
    });
  }

  metadata(): string {
    return this.idp().getMetadata();
  }

  /** A signed message of a service provider over HTTP-Redirect. Throws unless one of its certificates signed. */
  async receive(kind: 'login' | 'logout' | 'answer', query: string, metadata: string): Promise<Received> {
    const parameter = kind === 'answer' ? 'SAMLResponse' : 'SAMLRequest';
    const values = Object.fromEntries(new URLSearchParams(query));
    const request = { query: values, octetString: octets(query, parameter) };
    let failure: unknown = new Error('The service provider has no certificate.');
    for (const one of onePerCertificate(metadata)) {
      const idp = this.idp();
      const sp = providerOf(one);
      try {
        const parse = {
          login: () => idp.parseLoginRequest(sp, 'redirect', request),
          logout: () => idp.parseLogoutRequest(sp, 'redirect', request),
          answer: () => idp.parseLogoutResponse(sp, 'redirect', request),
        };
        const { extract, samlContent } = await parse[kind]();
        return {
          id: field(extract, 'request', 'id'),
          nameId: typeof extract.nameID === 'string' ? extract.nameID : '',
          sessionIndex: typeof extract.sessionIndex === 'string' ? extract.sessionIndex : null,
          forceAuthn: /\sForceAuthn="(?:true|1)"/.test(samlContent),
          relayState: values.RelayState ?? '',
          inResponseTo: field(extract, 'response', 'inResponseTo'),
        };
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  private tags(pending: PendingLogin, { user, sessionIndex }: IdpSession, acs: string) {
    const at = (milliseconds: number) => new Date(this.now().getTime() + milliseconds).toISOString();
    const { sessionMinutes, nameIdFormat } = this.behaviour;
    return {
      ID: newToken(),
      AssertionID: newToken(),
      Now: at(0),
      Begin: at(-MINUTE_MS),
      End: at(5 * MINUTE_MS),
      SessionEnd: sessionMinutes === null ? null : at(sessionMinutes * MINUTE_MS),
      Acs: acs,
      InResponseTo: pending.requestId,
      Issuer: this.entityId,
      Audience: pending.sp,
      Format: nameIdFormat,
      NameID: user.nameId ?? user.email,
      SessionIndex: sessionIndex,
    };
  }

  /** The signed Response for the form, and where it goes. */
  async respond(
    pending: PendingLogin,
    session: IdpSession,
    metadata: string,
  ): Promise<{ acs: string; field: string }> {
    const { signAssertion, signResponse } = this.behaviour;
    const [first = metadata] = onePerCertificate(metadata);
    // samlify signs the assertion if the metadata asks for it, and the response if it does not.
    const wanted = first.replace(/WantAssertionsSigned="[^"]*"/, `WantAssertionsSigned="${signAssertion}"`);
    const sp = providerOf(wanted, signResponse);
    const acs = String(sp.entityMeta.getAssertionConsumerService('post'));
    const tags = this.tags(pending, session, acs);
    const made = await this.idp().createLoginResponse(
      sp,
      { extract: {} },
      'post',
      { email: session.user.email },
      {
        relayState: pending.relayState,
        encryptThenSign: true,
        customTagReplacement: (template) => ({
          id: tags.ID,
          context: SamlLib.replaceTagsByValue(template, tags).replace('ATTRIBUTES', () =>
            attributesOf(session.user),
          ),
        }),
      },
    );
    return { acs, field: made.context };
  }

  /** Where to send the browser to end a session at the service provider. */
  logoutRequest({ user, sessionIndex }: IdpSession, metadata: string): string {
    const [first = metadata] = onePerCertificate(metadata);
    const sp = providerOf(first);
    const location = String(sp.entityMeta.getSingleLogoutService('redirect'));
    return this.idp().createLogoutRequest(
      sp,
      'redirect',
      { logoutNameID: user.nameId ?? user.email, sessionIndex },
      {
        customTagReplacement: (template) => ({
          id: newToken(),
          context: SamlLib.replaceTagsByValue(template, {
            ID: newToken(),
            Destination: location,
            Issuer: this.entityId,
            IssueInstant: this.now().toISOString(),
            NameIDFormat: this.behaviour.nameIdFormat,
            NameID: user.nameId ?? user.email,
            SessionIndex: sessionIndex,
          }),
        }),
      },
    ).context;
  }

  /** Where to send the browser with the answer to a logout that the service provider began. */
  logoutResponse({ id, relayState }: Received, metadata: string): string {
    const [first = metadata] = onePerCertificate(metadata);
    const sp = providerOf(first);
    return this.idp().createLogoutResponse(sp, { extract: { request: { id } } }, 'redirect', {
      relayState,
      customTagReplacement: (template) => ({
        id: newToken(),
        context: SamlLib.replaceTagsByValue(template, {
          ID: newToken(),
          Destination: String(sp.entityMeta.getSingleLogoutService('redirect')),
          Issuer: this.entityId,
          IssueInstant: this.now().toISOString(),
          InResponseTo: id,
          StatusCode: Constants.StatusCode.Success,
        }),
      }),
    }).context;
  }
}
