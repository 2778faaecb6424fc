import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { startDnsServer, type DnsServer } from '../../integration/sso/dns-server';
import { startSimulatedIdp, type SimulatedIdp } from '../../simulated-idp/server';
import { expectAccessible } from '../support/accessible';
import { addApp, codeOf, forgetLastCode } from '../support/factors';
import { mailsTo } from '../support/mail';
import { makeStale, newOwner, newPerson, type Person } from '../support/people';
import { query } from '../support/database';
import { login } from '../support/session';
import { stack } from '../support/stack';
import { expect, test, type Watch } from '../support/test';

// One workspace on its way from passwords to its identity provider, and round it.
test.describe.configure({ mode: 'serial' });

const domain = `sso-${randomBytes(4).toString('hex')}.example`;
const nina = { email: `nina@${domain}`, name: 'Nina New', groups: ['Finance'] };
let idp: SimulatedIdp;
let dns: DnsServer;
let owner: Person;
let member: Person;
let connectionId = '';
/** The owner's app, and one of the owner's recovery codes. */
let secret = '';
let recoveryCode = '';

const ours = (path: string) => `${stack().baseUrl}/sso/${owner.workspaceId}/${connectionId}/${path}`;

async function withAddress(person: Person, email: string): Promise<Person> {
  await query('update app_user set email = $2 where id = $1', [person.userId, email]);
  return { ...person, email };
}

test.beforeAll(async () => {
  idp = await startSimulatedIdp();
  dns = await startDnsServer(Number(stack().dnsServer.split(':')[1]));
  owner = await withAddress(await newOwner('Oda Owner', 'Signed on once'), `oda@${domain}`);
  const { workspaceId } = owner;
  member = await withAddress(await newPerson('Max Member', { workspaceId, role: 'viewer' }), `max@${domain}`);
  idp.state.users = [owner, member].map(({ email, name }) => ({ email, name, groups: [] }));
  idp.state.users = [...idp.state.users, nina];
});

test.afterAll(async () => {
  await idp.close();
  await dns.close();
});

test.beforeEach(({ watch }) => watch.allow(idp.url));

/** At the identity provider, which knows everybody. */
async function signInThere(page: Page, email: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Simulated identity provider' })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(idp.url);
  await page.getByRole('button', { name: email }).click();
}

async function giveAddress(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function bySso(page: Page, email: string): Promise<void> {
  await giveAddress(page, email);
  await signInThere(page, email);
  await expect(page).toHaveURL(/\/overview$/);
}

const refused = (watch: Watch) => watch.expectProblem(/status of 403/);

test('an owner sets it up: both sides, a domain, a test login, and on', async ({ page, context }) => {
  await login(context, owner);
  await page.goto('/settings/sso');
  await page.getByLabel('Name of the provider').fill('Simulated');
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page).toHaveURL(/\/settings\/sso\?c=[0-9a-f-]{36}$/);
  connectionId = new URL(page.url()).searchParams.get('c') ?? '';
  await expect(page.getByText(ours('metadata')).first()).toBeVisible();
  idp.state.serviceProviders.set(ours('metadata'), await (await page.request.get(ours('metadata'))).text());

  await page.getByRole('button', { name: 'Metadata file' }).click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'idp.xml', mimeType: 'application/xml', buffer: Buffer.from(idp.metadata()) });
  await page.getByRole('button', { name: 'Save provider' }).click();
  await expect(page.getByText(`${idp.url}/sso`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Turn on' })).toBeDisabled();

  await page.getByRole('button', { name: 'Add a group' }).click();
  await page.getByLabel('Group 1', { exact: true }).fill('Finance');
  await page.getByLabel('Role of group 1').selectOption('editor');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();

  const domains = page.getByRole('region', { name: 'Domains' });
  await domains.getByLabel('Domain').fill(domain.toUpperCase());
  await domains.getByRole('button', { name: 'Add domain' }).click();
  await domains.getByRole('button', { name: 'Check now' }).click();
  await expect(domains.getByText('There is no such record yet.')).toBeVisible();
  const value = await domains.getByText(/^belvedere-verification=/).innerText();
  dns.records.set(`_belvedere.${domain}`, [[value]]);
  await domains.getByRole('button', { name: 'Check now' }).click();
  await expect(domains.getByText(/^✓ Verified/)).toBeVisible();

  const opening = context.waitForEvent('page');
  await page.getByRole('link', { name: /^Try a test login/ }).click();
  const second = await opening;
  await signInThere(second, owner.email);
  await expect(second.getByText('The test login passed.')).toBeVisible();
  await second.close();
  await page.reload();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('On', { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test('somebody new comes in by their address, with the role of their group', async ({ page }) => {
  await giveAddress(page, nina.email);
  await page.getByRole('link', { name: 'Continue with single sign-on' }).click();
  await signInThere(page, nina.email);
  await expect(page).toHaveURL(/\/overview$/);
  await page.goto('/settings');
  await expect(page.getByText('Nina New').first()).toBeVisible();
  await expect(page.getByText('Editor', { exact: true })).toBeVisible();
  await page.goto('/settings/sessions');
  await expect(page.getByRole('row').filter({ hasText: 'this one' })).toContainText('Single sign-on');
});

test('it is required of everybody: passwords open nothing any more', async ({
  page,
  context,
  newPage,
  watch,
}) => {
  await login(context, owner);
  await page.goto('/settings/sso');
  const panel = page.getByRole('region', { name: 'Require single sign-on' });
  await expect(panel.getByRole('button', { name: 'Require single sign-on' })).toBeDisabled();
  await page.goto('/settings/sign-in');
  secret = await addApp(page);
  const codes = page.getByRole('region', { name: 'Recovery codes' });
  await codes.getByRole('button', { name: 'Make codes' }).click();
  recoveryCode = await codes.getByRole('listitem').first().innerText();

  const theirs = await newPage(member);
  await theirs.goto('/overview');
  await expect(theirs.getByRole('heading', { name: 'No account is connected' })).toBeVisible();
  await page.goto('/settings/sso');
  await panel.getByRole('button', { name: 'Require single sign-on' }).click();
  const dialog = page.getByRole('dialog', { name: 'Require single sign-on?' });
  await dialog.getByRole('button', { name: 'Require it' }).click();
  // The owner came by a password as well. The router follows to the provider, and then leaves it to the browser.
  watch.expectProblem(/Connecting to .*\/sso\?SAMLRequest=|Failed to fetch RSC payload/);
  await expect(page.getByRole('heading', { name: 'Simulated identity provider' })).toBeVisible();

  expect((await theirs.request.get('/api/overview')).status()).toBe(401);
  await theirs.goto('/overview');
  await signInThere(theirs, member.email);
  // No page of ours began it, so somebody else's may have.
  const confirm = theirs.getByRole('button', { name: `Sign in as ${member.email}` });
  await expect(confirm).toBeEnabled();
  await expectAccessible(theirs);
  await confirm.click();
  await expect(theirs).toHaveURL(/\/overview$/);
  await expect(theirs.getByRole('heading', { name: 'No account is connected' })).toBeVisible();
});

test('signing out ends the session at the provider too', async ({ page }) => {
  await bySso(page, nina.email);
  const open = () => [...idp.state.sessions.values()].filter(({ user }) => user.email === nina.email).length;
  const before = open();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  expect(open()).toBe(before - 1);
  await page.goto('/overview');
  await expect(page).toHaveURL('/sign-in');
});

test('signing out at the provider ends the session here', async ({ page, newPage }) => {
  await bySso(page, nina.email);
  const there = await newPage();
  await there.goto(`${idp.url}/logout?sp=${encodeURIComponent(ours('metadata'))}`);
  await expect(there.getByText('You are signed out everywhere.')).toBeVisible();
  await page.goto('/overview');
  await expect(page).toHaveURL('/sign-in');
});

test('a sign-in that nobody asked for is refused', async ({ page, watch }) => {
  refused(watch);
  await page.goto(`${idp.url}/start?sp=${encodeURIComponent(ours('metadata'))}`);
  await signInThere(page, nina.email);
  await expect(page.getByRole('heading', { name: 'This sign-in was refused' })).toBeVisible();
  await page.goto('/overview');
  await expect(page).toHaveURL('/sign-in');
});

test('a response that was used is refused, in the same words', async ({ page, newPage }) => {
  const posting = page.waitForRequest((request) => request.url() === ours('acs'));
  await bySso(page, nina.email);
  const used = (await posting).postData() ?? '';
  for (const browser of [page, await newPage()]) {
    const answer = await browser.request.post(ours('acs'), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      data: used,
    });
    expect(answer.status()).toBe(403);
    expect(await answer.text()).toContain('This sign-in was refused');
  }
});

test('whoever came by the provider confirms at the provider', async ({ page }) => {
  await bySso(page, nina.email);
  await page.goto('/settings/tokens');
  const [person] = await query<{ id: string }>('select id from app_user where email = $1', [nina.email]);
  await makeStale(person?.id ?? '');
  const create = async () => {
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill('Of the provider');
    await page.getByRole('button', { name: 'Create token' }).click();
  };
  await create();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(dialog.locator('input')).toHaveCount(0);
  await dialog.getByRole('link', { name: 'Confirm with single sign-on' }).click();
  await expect(page.getByText('The application asks you to prove who you are again.')).toBeVisible();
  await signInThere(page, nina.email);
  await expect(page).toHaveURL('/settings/tokens');
  await create();
  await expect(page.getByTestId('token-text')).toBeVisible();
});

test('an owner comes in while the provider does not answer, and everybody is told', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await expect(page.getByRole('heading', { name: 'Without single sign-on' })).toBeVisible();
  await page.getByLabel('Email').fill(owner.email);
  await page.getByLabel('Recovery code').fill('aaaa-bbbb-cccc');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('The address or the code is not right.')).toBeVisible();
  await page.getByLabel('Recovery code').fill(recoveryCode);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use a recovery code' })).toHaveCount(0);
  expect(await mailsTo(member.email), 'nothing was gone round yet').toEqual([]);
  await forgetLastCode(owner.userId);
  await page.getByLabel('Code from your app').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/overview$/);

  for (const { email } of [owner, member, nina]) {
    const [mail] = await mailsTo(email);
    expect(mail?.subject).toBe('Single sign-on of Signed on once was gone round');
    expect(mail?.body).toContain(`Oda Owner (${owner.email})`);
  }
  await page.goto('/settings/audit?action=session.break-glass');
  await expect(page.getByRole('region', { name: 'Audit trail' }).last()).toContainText('Oda Owner');
  // What it is for: whatever is wrong with the provider is put right.
  await page.goto('/settings/sso');
  await page.getByRole('button', { name: 'Stop requiring it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop requiring it' }).click();
  await expect(page.getByText('Not required', { exact: true })).toBeVisible();
});
