// Prints new secrets for .env.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

const { privateKey } = generateKeyPairSync('ed25519');
const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
process.stdout.write(`AUTH_SECRET=${randomBytes(48).toString('base64url')}\nRECEIPT_SIGNING_KEY=${der}\n`);
