// npm run receipt:verify -- RECEIPT.json [KEY.pem]: checks an erasure receipt's signature. Needs nothing but Node.
import { verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, keyFile] = process.argv.slice(2);
if (!file) {
  process.stderr.write('Say which receipt: npm run receipt:verify -- RECEIPT.json [KEY.pem]\n');
  process.exit(2);
}
const { body, signature, publicKey } = JSON.parse(readFileSync(file, 'utf8'));
const key = keyFile ? readFileSync(keyFile, 'utf8') : publicKey;
if (!verify(null, Buffer.from(body, 'utf8'), key, Buffer.from(signature, 'base64'))) {
  process.stdout.write('The signature does NOT fit: the receipt was changed, or another key signed it.\n');
  process.exit(1);
}
const receipt = JSON.parse(body);
process.stdout.write(
  `The signature fits${keyFile ? '' : ' the key in the file (give KEY.pem from /receipt-key.pem to be sure whose it is)'}.\n`,
);
for (const row of receipt.rows)
  process.stdout.write(`${String(row.before).padStart(10)} → ${row.after}  ${row.label}\n`);
