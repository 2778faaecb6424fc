import { createPublicKey } from 'node:crypto';
import { encrypt, type EncryptionAlgorithm, type KeyEncryptionAlgorithm } from 'xml-encryption';

export interface EncryptOptions {
  readonly certificatePem: string;
  readonly content?: EncryptionAlgorithm;
  readonly key?: KeyEncryptionAlgorithm;
}

export const AES256_GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';
export const OAEP = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';

/** The EncryptedData of any text. */
export function encryptText(
  text: string,
  { certificatePem, content = AES256_GCM, key = OAEP }: EncryptOptions,
): Promise<string> {
  const rsaPub = createPublicKey(certificatePem).export({ type: 'spki', format: 'pem' }).toString();
  return new Promise((resolve, reject) => {
    encrypt(
      text,
      {
        rsa_pub: rsaPub,
        pem: certificatePem,
        encryptionAlgorithm: content,
        keyEncryptionAlgorithm: key,
        warnInsecureAlgorithm: false,
        disallowEncryptionWithInsecureAlgorithm: false,
      },
      (error: Error | null, result) => (error === null ? resolve(result.trim()) : reject(error)),
    );
  });
}
