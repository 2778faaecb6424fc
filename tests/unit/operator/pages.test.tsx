import { readdirSync, readFileSync } from 'node:fs';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operatorFrom, operatorVariables } from '@/operator/operator-env';
import { GET } from '../../../src/app/.well-known/security.txt/route';
import PrivacyPage from '../../../src/app/privacy/page';
import SecurityPage from '../../../src/app/security/page';
import { storedData } from '../../../src/app/security/stored-data';
import SubprocessorsPage from '../../../src/app/subprocessors/page';

const holder = globalThis as { belvedereRuntime?: unknown };

/** The pages get a deployment with these words of its operator, and neither a database nor a session. */
function operatedBy(source: Record<string, string>): void {
  const operator = operatorFrom(z.object(operatorVariables).parse(source));
  holder.belvedereRuntime = {
    config: { appUrl: 'https://cost.acme.example', operator },
    now: () => new Date(),
  };
}

const pages = {
  security: async () => renderToStaticMarkup(await SecurityPage({ searchParams: Promise.resolve({}) })),
  privacy: async () => renderToStaticMarkup(PrivacyPage()),
  subprocessors: async () => renderToStaticMarkup(SubprocessorsPage()),
};
const everyPage = async () => (await Promise.all(Object.values(pages).map((page) => page()))).join('\n');

const said = {
  OPERATOR_NAME: 'Acme Hosting',
  OPERATOR_SECURITY_EMAIL: 'security@acme.example',
  OPERATOR_SECURITY_URL: 'https://acme.example/report',
  OPERATOR_PGP_URL: 'https://acme.example/pgp.asc',
  OPERATOR_PRIVACY_EMAIL: 'privacy@acme.example',
  OPERATOR_PENTEST_TEXT: 'Tested by Breakers in May 2027',
  OPERATOR_REPORTS_EMAIL: 'reports@acme.example',
  OPERATOR_DISK_ENCRYPTION: 'Disks are under LUKS',
  OPERATOR_BACKUPS: 'Copies are kept for 14 days',
  OPERATOR_LOCATION: 'Frankfurt',
};
const mailer = { name: 'Mailer Ltd', purpose: 'Sends mail', location: 'Ireland', since: '2027-01-31' };

afterEach(() => {
  delete holder.belvedereRuntime;
});

describe('the public pages', () => {
  it('say all that the operator has said', async () => {
    operatedBy({ ...said, OPERATOR_SUBPROCESSORS: JSON.stringify([mailer]) });
    const text = await everyPage();
    for (const [name, words] of Object.entries(said)) expect(text, name).toContain(words);
    for (const words of [mailer.name, mailer.purpose, mailer.location, '31 Jan 2027'])
      expect(text).toContain(words);
  });

  it('claim nothing that the operator has not said', async () => {
    operatedBy({});
    const text = await everyPage();
    expect(text).not.toContain('mailto:');
    expect(text).not.toMatch(/https?:\/\//);
    expect(await pages.security()).toContain('None is claimed here');
    expect(await pages.subprocessors()).not.toContain('<table');
  });

  it.each(['security', 'privacy'] as const)(
    'have every part that the contents of /%s lead to, once',
    async (name) => {
      operatedBy(said);
      const html = await pages[name]();
      const contents = /<nav[^>]*aria-label="On this page".*?<\/nav>/s.exec(html)?.[0] ?? '';
      const targets = [...contents.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
      expect(targets.length).toBeGreaterThan(5);
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(ids.filter((id) => targets.includes(id))).toEqual(targets);
    },
  );

  it('list every table of the database among what is stored, and none that is not there', () => {
    const models = readFileSync('prisma/schema.prisma', 'utf8').matchAll(/@@map\("(\w+)"\)/g);
    const made = readdirSync('prisma/migrations').flatMap((folder) =>
      folder.includes('.')
        ? []
        : [
            ...readFileSync(`prisma/migrations/${folder}/migration.sql`, 'utf8').matchAll(
              /^create table "?(?:public"?\."?)?(\w+)"?/gim,
            ),
          ],
    );
    // A shelf is a part of a table of costs.
    const isShelf = (name: string) => /_s\d+$/.test(name);
    const there = new Set([...models, ...made].map(([, name = '']) => name).filter((name) => !isShelf(name)));
    expect([...new Set(storedData.flatMap(({ tables }) => tables))].sort()).toEqual([...there].sort());
  });
});

describe('/.well-known/security.txt', () => {
  it('is not found where the operator gave no contact', () => {
    operatedBy({ OPERATOR_NAME: 'Acme Hosting' });
    expect(GET().status).toBe(404);
  });

  it('is plain text where there is one', async () => {
    operatedBy(said);
    const answer = GET();
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toContain('Contact: mailto:security@acme.example');
  });
});
