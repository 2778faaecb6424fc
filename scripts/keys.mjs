// Prints new secrets for .env.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

const { privateKey } = generateKeyPairSync('ed25519');
const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const day = new Date().toISOString().slice(0, 10);
process.stdout.write(
  `AUTH_SECRET=${randomBytes(48).toString('base64url')}\nRECEIPT_SIGNING_KEY=${der}\nENCRYPTION_KEYS=k${day}:${randomBytes(32).toString('base64')}\n`,
);
