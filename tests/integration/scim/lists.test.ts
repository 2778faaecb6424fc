import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { connectIdp, newUser, type Call } from './identity-provider';

let bench: Workbench;
let idp: Call;
const PEOPLE = 12;
beforeAll(async () => {
  bench = await createWorkbench();
  // The owner's own address is of another domain, so nobody else is in the lists.
  idp = await connectIdp(await bench.newWorkspace(), 'people.example');
  for (let n = 1; n <= PEOPLE; n += 1) {
    const number = String(n).padStart(2, '0');
    await idp(
      'POST',
      '/Users',
      newUser(`p${number}@people.example`, {
        displayName: n % 2 === 0 ? `Even ${number}` : `Odd ${number}`,
        externalId: `Ext-${number}`,
        active: n > 3,
      }),
    );
  }
});
afterAll(() => bench.close());

const list = (query: Record<string, string>) => idp('GET', `/Users?${new URLSearchParams(query).toString()}`);
const names = async (filter: string) =>
  (await list({ filter })).body.Resources.map((one) => String(one['userName']).slice(1, 3)).toSorted();

describe('a list', () => {
  it('comes in pages that hold everybody once', async () => {
    const seen: unknown[] = [];
    for (let startIndex = 1; startIndex <= PEOPLE; startIndex += 5) {
      const { body } = await list({ startIndex: String(startIndex), count: '5' });
      expect(body).toMatchObject({ totalResults: PEOPLE, startIndex });
      expect(body['itemsPerPage']).toBe(body.Resources.length);
      seen.push(...body.Resources.map((one) => one['id']));
    }
    expect(new Set(seen).size).toBe(PEOPLE);
    expect(seen).toHaveLength(PEOPLE);
  });

  it('takes odd numbers as the RFC says', async () => {
    expect((await list({ count: '0' })).body).toMatchObject({ totalResults: PEOPLE, Resources: [] });
    expect((await list({ count: '-3' })).body).toMatchObject({ totalResults: PEOPLE, Resources: [] });
    expect((await list({ startIndex: '0', count: '1' })).body).toMatchObject({ startIndex: 1 });
    expect((await list({ startIndex: '100' })).body).toMatchObject({ totalResults: PEOPLE, Resources: [] });
    expect((await list({ count: '100000' })).body.Resources).toHaveLength(PEOPLE);
  });

  it('is filtered', async () => {
    const cases: [string, string[]][] = [
      ['userName eq "P01@PEOPLE.example"', ['01']],
      ['USERNAME Eq "p01@people.example"', ['01']],
      ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "p01@people.example"', ['01']],
      ['externalId eq "Ext-02"', ['02']],
      ['externalId eq "ext-02"', []],
      ['displayName eq "even 04"', ['04']],
      ['displayName sw "Even" and active eq false', ['02']],
      ['active eq "False"', ['01', '02', '03']],
      ['not (active eq true) or userName ew "12@people.example"', ['01', '02', '03', '12']],
      ['userName eq "p05@people.example" or (displayName co "odd" and active eq false)', ['01', '03', '05']],
      ['emails.value eq "p06@people.example"', ['06']],
      ['emails[type eq "work" and value eq "P07@people.example"]', ['07']],
      ['emails[type eq "home" and value eq "P07@people.example"]', []],
      ['name.familyName pr', []],
      ['displayName eq "x\' or 1=1 --"', []],
    ];
    for (const [filter, expected] of cases) expect(await names(filter), filter).toEqual(expected);
    expect((await list({ filter: 'active eq false', count: '2' })).body).toMatchObject({
      ...{ totalResults: 3, itemsPerPage: 2 },
    });
  });

  it('refuses filters that it does not understand', async () => {
    for (const filter of [
      ...['title eq "x"', 'userName', 'userName eq', 'userName gt "a"', 'active co true', 'userName eq 5'],
      ...[
        'password eq "x"',
        'constructor eq "x"',
        '__proto__ eq "x"',
        'userName eq "a" and',
        '(((',
        'meta.x pr',
      ],
      ...[`"${'\n'.repeat(60)}`, `userName eq "${'x'.repeat(2_000)}"`, '('.repeat(900)],
    ]) {
      const answer = await list({ filter });
      expect([answer.status, answer.body['scimType']], filter).toEqual([400, 'invalidFilter']);
    }
  });

  it('shows the attributes that are asked for', async () => {
    const keys = async (query: Record<string, string>) =>
      Object.keys((await list({ ...query, count: '1' })).body.Resources[0] ?? {}).toSorted();
    expect(await keys({ attributes: 'userName' })).toEqual(['id', 'schemas', 'userName']);
    expect(await keys({ attributes: 'USERNAME,emails.value' })).toEqual([
      'emails',
      'id',
      'schemas',
      'userName',
    ]);
    expect(await keys({ excludedAttributes: 'emails,meta,groups,id,name,displayName' })).toEqual([
      ...['active', 'externalId', 'id', 'schemas', 'userName'],
    ]);
    const { body } = await list({ attributes: 'emails.value', count: '1' });
    expect(body.Resources[0]?.['emails']).toEqual([
      { value: expect.stringMatching(/^p\d\d@people\.example$/) as string },
    ]);
  });
});
