import { migrate } from '../src/db/migrate';
import { deploymentEnv } from './env-file';

const { MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: appUrl } = deploymentEnv();
if (!ownerUrl || !appUrl) {
  process.stderr.write(
    'Set MIGRATION_DATABASE_URL (may create tables and roles) and DATABASE_URL (what the app signs in as).\n',
  );
  process.exit(1);
}
const applied = await migrate(ownerUrl, appUrl);
process.stdout.write(
  applied.length === 0 ? 'The database is up to date.\n' : `Applied: ${applied.join(', ')}\n`,
);
process.exit(0);
