import { existsSync, readFileSync } from 'node:fs';
import { parseEnv as parseDotEnv } from 'node:util';

type Values = Record<string, string>;

function readEnvFile(file: string): Values {
  if (!existsSync(file)) return {};
  const values = parseDotEnv(readFileSync(file, 'utf8')) as Values;
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

const ownEnvironment = (): Values =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );

/** .env, and above it what the shell says. */
export function deploymentEnv(): Values {
  return { ...readEnvFile('.env'), ...ownEnvironment() };
}

/** The demo's: .env.example is enough. */
export function demoEnv(): Values {
  return { ...readEnvFile('.env.example'), ...ownEnvironment() };
}
