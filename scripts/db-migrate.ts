import { migrate } from '../src/db/migrate';
import { databaseTlsFault } from '../src/security/database-tls';
import { deploymentEnv } from './env-file';

const { MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: appUrl } = deploymentEnv();
if (!ownerUrl || !appUrl) {
  process.stderr.write(
    'Set MIGRATION_DATABASE_URL (may create tables and roles) and DATABASE_URL (what the app signs in as).\n',
  );
  process.exit(1);
}
if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
  process.stderr.write('NODE_TLS_REJECT_UNAUTHORIZED must not be 0.\n');
  process.exit(1);
}
for (const [name, url] of Object.entries({ MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: appUrl })) {
  const fault = databaseTlsFault(url);
  if (!fault) continue;
  process.stderr.write(`${name} ${fault}.\n`);
  process.exit(1);
}
const applied = await migrate(ownerUrl, appUrl);
process.stdout.write(
  applied.length === 0 ? 'The database is up to date.\n' : `Applied: ${applied.join(', ')}\n`,
);
process.exit(0);
