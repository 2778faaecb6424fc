import { checkResponse } from '@/saml/check-response';
import type { IdpSettings, SamlLogin, SpSettings } from '@/saml/types';
import type { Attack, AttackContext } from './attack';
import { newId, type Target } from './build-response';
import { pinned, spKey, testKeys } from './keys';

export const IDP_ENTITY = 'https://idp.example/metadata';
export const SP_ENTITY = 'https://belvedere.example/saml/acme/metadata';
export const ACS_URL = 'https://belvedere.example/saml/acme/acs';
export const SLO_URL = 'https://belvedere.example/saml/acme/slo';

/** What the app keeps in its database: requests that are open, assertions that were seen. */
export class Memory {
  readonly open = new Set<string>();
  readonly seen = new Map<string, Date>();

  readonly takeRequest = (id: string): Promise<boolean> => Promise.resolve(this.open.delete(id));

  readonly rememberAssertion = (id: string, until: Date): Promise<boolean> => {
    if (this.seen.has(id)) return Promise.resolve(false);
    this.seen.set(id, until);
    return Promise.resolve(true);
  };
}

export async function settings(): Promise<{ sp: SpSettings; idp: IdpSettings }> {
  const keys = await testKeys();
  return {
    sp: {
      entityId: SP_ENTITY,
      acsUrl: ACS_URL,
      sloUrl: SLO_URL,
      keys: [spKey('current', keys.sp), spKey('older', keys.spOlder)],
    },
    idp: {
      entityId: IDP_ENTITY,
      ssoUrl: 'https://idp.example/sso',
      sloUrl: 'https://idp.example/slo',
      certificates: [pinned(keys.idp)],
    },
  };
}

/** A fresh sign-in: its request is open in the memory. */
export async function newContext(memory: Memory, now = new Date()): Promise<AttackContext> {
  const keys = await testKeys();
  const requestId = newId();
  memory.open.add(requestId);
  const target: Target = {
    idp: { entityId: IDP_ENTITY, key: keys.idp },
    sp: { entityId: SP_ENTITY, acsUrl: ACS_URL, certificatePem: keys.sp.certificatePem },
    now,
    requestId,
    nameId: 'ada@acme.example',
    attributes: { email: ['ada@acme.example'], groups: ['Finance', 'Cloud'] },
  };
  return { target, keys };
}

export async function submit(
  memory: Memory,
  { target }: AttackContext,
  attack: Attack,
  allowUnsolicited = attack.overrides?.allowUnsolicited ?? false,
): Promise<SamlLogin> {
  const { sp, idp } = await settings();
  const {
    certificates = idp.certificates,
    wantEncrypted = false,
    wantSignedAssertion,
  } = attack.overrides ?? {};
  return checkResponse({
    sp: { ...sp, wantEncrypted, wantSignedAssertion: wantSignedAssertion ?? true },
    idp: { ...idp, certificates },
    samlResponse: attack.samlResponse,
    now: target.now,
    allowUnsolicited,
    takeRequest: memory.takeRequest,
    rememberAssertion: memory.rememberAssertion,
  });
}
