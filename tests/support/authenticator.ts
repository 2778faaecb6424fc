import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';

/** What a device would do otherwise than an honest browser at the right address asks it to. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** False: touched, but without finger, face or PIN. */
  readonly isVerified?: boolean;
  readonly counter?: number;
  readonly type?: string;
  /** Another device's key under this one's id. */
  readonly key?: KeyObject;
}

/** As JSON it comes to an action: a form's text, and no longer the library's interface. */
type Plain<T> = { [Key in keyof T]: T[Key] };

const UP = 0x01;
const UV = 0x04;
const BACKED_UP = 0x08 | 0x10;
const WITH_CREDENTIAL = 0x40;
const ES256 = -7;

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
}

type Cbor = number | string | Buffer | ReadonlyMap<number | string, Cbor>;

/** As much of RFC 8949 as an attestation needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === 'string')
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value]);
  const pairs = [...value].flatMap(([key, one]) => [cbor(key), cbor(one)]);
  return Buffer.concat([cborHead(5, value.size), ...pairs]);
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

function uint(bytes: 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** RFC 9053, 7.1.1: a key on P-256. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const pairs: [number, Cbor][] = [
    [1, 2],
    [3, ES256],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ];
  return cbor(new Map(pairs));
}

export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A passkey made in software: a device with one ES256 key, and the browser before it at `origin`. */
export class Authenticator {
  readonly id = randomBytes(32).toString('base64url');
  private readonly keys = newKey();
  private counter: number;

  constructor(
    private readonly origin: string,
    options: { counter?: number } = {},
  ) {
    this.counter = options.counter ?? 0;
  }

  /** navigator.credentials.create(), with attestation `none`. */
  create(
    options: PublicKeyCredentialCreationOptionsJSON,
    how: Deviation = {},
  ): Plain<RegistrationResponseJSON> {
    const id = Buffer.from(this.id, 'base64url');
    const credential = Buffer.concat([
      Buffer.alloc(16),
      uint(2, id.length),
      id,
      coseKey(this.keys.publicKey),
    ]);
    const authData = this.authData(options.rp.id ?? '', how, credential);
    const pairs: [string, Cbor][] = [
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ];
    return {
      ...this.credential(),
      response: {
        clientDataJSON: this.clientData('webauthn.create', options.challenge, how).toString('base64url'),
        attestationObject: cbor(new Map(pairs)).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** navigator.credentials.get(); each use counts one up where the device counts at all. */
  get(
    options: PublicKeyCredentialRequestOptionsJSON,
    how: Deviation = {},
  ): Plain<AuthenticationResponseJSON> {
    if (this.counter > 0) this.counter += 1;
    const authData = this.authData(options.rpId ?? '', how);
    const clientData = this.clientData('webauthn.get', options.challenge, how);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    return {
      ...this.credential(),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, how.key ?? this.keys.privateKey).toString('base64url'),
      },
    };
  }

  private credential() {
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key' as const,
      clientExtensionResults: {},
      authenticatorAttachment: 'platform' as const,
    };
  }

  private clientData(type: string, challenge: string, how: Deviation): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: how.type ?? type,
        challenge: how.challenge ?? challenge,
        origin: how.origin ?? this.origin,
        crossOrigin: false,
      }),
    );
  }

  private authData(rpId: string, how: Deviation, credential?: Buffer): Buffer {
    const flags =
      UP | BACKED_UP | (how.isVerified === false ? 0 : UV) | (credential === undefined ? 0 : WITH_CREDENTIAL);
    return Buffer.concat([
      sha256(how.rpId ?? rpId),
      Buffer.from([flags]),
      uint(4, how.counter ?? this.counter),
      credential ?? Buffer.alloc(0),
    ]);
  }
}
