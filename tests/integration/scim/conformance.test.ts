import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { connectIdp, GROUP, mapRoles, newUser, patchOf, USER, type Call } from './identity-provider';

let bench: Workbench;
let ctx: Ctx;
let idp: Call;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  idp = await connectIdp(ctx);
});

async function roleOf(userId: string): Promise<string> {
  const { rows } = await bench.database.owner.query<{ role: string }>(
    'select role from membership where workspace_id = $1 and user_id = $2',
    [ctx.workspaceId, userId],
  );
  return rows[0]?.role ?? 'none';
}

const where = (filter: string) => `?filter=${encodeURIComponent(filter)}`;

describe('what Okta sends', () => {
  it('tests the connection, provisions, updates, deactivates and comes back', async () => {
    const test = await idp('GET', '/Users?startIndex=1&count=2');
    expect(test.status).toBe(200);
    expect(test.headers.get('content-type')).toContain('application/scim+json');
    expect(test.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      startIndex: 1,
    });

    const missing = await idp(
      'GET',
      `/Users${where('userName eq "isaac.brock@acme.example"')}&startIndex=1&count=100`,
    );
    expect(missing.body).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });

    const created = await idp('POST', '/Users', {
      schemas: [USER],
      userName: 'Isaac.Brock@acme.example',
      name: { givenName: 'Isaac', familyName: 'Brock' },
      emails: [{ primary: true, value: 'isaac.brock@acme.example', type: 'work' }],
      displayName: 'Isaac Brock',
      locale: 'en-US',
      externalId: '00u1dhhb1fkIGP7RL1d8',
      password: 'a password that Okta made up',
      groups: [],
      active: true,
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`http://127.0.0.1:3000/scim/v2/Users/${created.body.id}`);
    expect(created.body).toMatchObject({
      schemas: [USER],
      userName: 'isaac.brock@acme.example',
      externalId: '00u1dhhb1fkIGP7RL1d8',
      name: { givenName: 'Isaac', familyName: 'Brock' },
      displayName: 'Isaac Brock',
      emails: [{ primary: true, value: 'isaac.brock@acme.example', type: 'work' }],
      active: true,
      meta: { resourceType: 'User' },
    });
    expect(JSON.stringify(created.body)).not.toContain('password');
    const { id } = created.body;

    const found = await idp('GET', `/Users${where('userName eq "ISAAC.brock@acme.example"')}`);
    expect(found.body.Resources).toEqual([created.body]);
    expect((await idp('GET', `/Users/${id}`)).body).toEqual(created.body);

    const renamed = await idp('PUT', `/Users/${id}`, {
      ...created.body,
      name: { givenName: 'Isaac', familyName: 'Newton' },
      displayName: 'Isaac Newton',
    });
    expect(renamed).toMatchObject({
      status: 200,
      body: { displayName: 'Isaac Newton', name: { familyName: 'Newton' }, active: true },
    });

    const off = await idp('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { active: false } }));
    expect(off).toMatchObject({ status: 200, body: { id, active: false, displayName: 'Isaac Newton' } });
    expect((await idp('GET', `/Users/${id}`)).body['active']).toBe(false);

    const on = await idp('PUT', `/Users/${id}`, { ...renamed.body, active: true });
    expect(on).toMatchObject({ status: 200, body: { active: true } });
    expect((await idp('POST', '/Users', newUser('isaac.brock@acme.example'))).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });
  });

  it('pushes a group, renames it, changes its members and deletes it', async () => {
    await mapRoles(ctx, [{ group: 'FinOps', role: 'editor' }]);
    const ada = (await idp('POST', '/Users', newUser('ada@acme.example'))).body.id;
    const bob = (await idp('POST', '/Users', newUser('bob@acme.example'))).body.id;
    const group = await idp('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'FinOps',
      members: [{ value: ada, display: 'ada@acme.example' }],
    });
    expect(group).toMatchObject({
      status: 201,
      body: { displayName: 'FinOps', members: [{ value: ada }] },
    });
    expect([await roleOf(ada), await roleOf(bob)]).toEqual(['editor', 'viewer']);
    const { id } = group.body;

    const swapped = await idp(
      'PATCH',
      `/Groups/${id}`,
      patchOf(
        { op: 'remove', path: `members[value eq "${ada}"]` },
        { op: 'add', path: 'members', value: [{ value: bob, display: 'bob@acme.example' }] },
      ),
    );
    expect(swapped.status).toBe(204);
    expect([await roleOf(ada), await roleOf(bob)]).toEqual(['viewer', 'editor']);

    await idp('PATCH', `/Groups/${id}`, patchOf({ op: 'replace', value: { id, displayName: 'Cost crew' } }));
    expect((await idp('GET', `/Groups/${id}`)).body).toMatchObject({
      displayName: 'Cost crew',
      members: [{ value: bob }],
    });
    expect(await roleOf(bob)).toBe('viewer');

    await idp('PUT', `/Groups/${id}`, {
      schemas: [GROUP],
      displayName: 'FinOps',
      members: [{ value: ada }, { value: bob }],
    });
    expect([await roleOf(ada), await roleOf(bob)]).toEqual(['editor', 'editor']);
    expect((await idp('GET', `/Users/${ada}`)).body['groups']).toMatchObject([
      { value: id, display: 'FinOps', $ref: expect.stringContaining(`/Groups/${id}`) as string },
    ]);

    expect((await idp('DELETE', `/Groups/${id}`)).status).toBe(204);
    expect((await idp('GET', `/Groups/${id}`)).status).toBe(404);
    expect([await roleOf(ada), await roleOf(bob)]).toEqual(['viewer', 'viewer']);
  });
});

describe('what Entra ID sends', () => {
  it('provisions a user and patches it in its own dialect', async () => {
    const created = await idp('POST', '/Users', {
      schemas: [USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee@acme.example',
      active: 'True',
      emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@acme.example' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Finance' },
    });
    expect(created).toMatchObject({
      status: 201,
      body: { active: true, emails: [{ value: 'test_user_fd0ea19b@acme.example' }] },
    });
    const { id } = created.body;

    const patched = await idp(
      'PATCH',
      `/Users/${id}`,
      patchOf(
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updated@acme.example' },
        { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '555' },
        {
          op: 'Add',
          path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
          value: 'IT',
        },
      ),
    );
    expect(patched).toMatchObject({
      status: 200,
      body: {
        userName: 'test_user_ab6490ee@acme.example',
        emails: [{ type: 'work', value: 'updated@acme.example' }],
        name: { formatted: 'givenName familyName', familyName: 'updatedFamilyName', givenName: 'givenName' },
      },
    });
    expect(
      (await idp('GET', `/Users${where('emails[type eq "work"].value eq "Updated@acme.example"')}`)).body,
    ).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect(
      (await idp('GET', `/Users${where('externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"')}`)).body,
    ).toMatchObject({ totalResults: 1 });

    const off = await idp(
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'Replace', path: 'active', value: 'False' }),
    );
    expect(off).toMatchObject({ status: 200, body: { active: false } });
    const several = await idp(
      'PATCH',
      `/Users/${id}`,
      patchOf({
        op: 'Add',
        value: { active: 'True', 'name.givenName': 'Grace', [`${USER}:displayName`]: 'Grace H.' },
      }),
    );
    expect(several.body).toMatchObject({
      active: true,
      displayName: 'Grace H.',
      name: { givenName: 'Grace' },
    });

    expect((await idp('DELETE', `/Users/${id}`)).status).toBe(204);
    expect(await idp('GET', `/Users/${id}`)).toMatchObject({ status: 404, body: { status: '404' } });
    expect((await idp('DELETE', `/Users/${id}`)).status).toBe(404);
  });

  it('creates an empty group and moves members by value', async () => {
    const ada = (await idp('POST', '/Users', newUser('ada@acme.example'))).body.id;
    const bob = (await idp('POST', '/Users', newUser('bob@acme.example'))).body.id;
    const group = await idp('POST', '/Groups', {
      schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'Finance',
      members: [],
      meta: { resourceType: 'Group' },
    });
    const { id } = group.body;
    const found = await idp('GET', `/Groups${where('displayName eq "finance"')}&excludedAttributes=members`);
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id, displayName: 'Finance' }] });
    expect(found.body.Resources[0]).not.toHaveProperty('members');

    const add = patchOf({ op: 'Add', path: 'members', value: [{ $ref: null, value: ada }, { value: bob }] });
    expect((await idp('PATCH', `/Groups/${id}`, add)).status).toBe(204);
    // Adding whom it has already changes nothing.
    expect((await idp('PATCH', `/Groups/${id}`, add)).status).toBe(204);
    expect((await idp('GET', `/Groups${where(`id eq "${id}" and members eq "${bob}"`)}`)).body).toMatchObject(
      { totalResults: 1 },
    );

    await idp(
      'PATCH',
      `/Groups/${id}`,
      patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: ada }] }),
    );
    expect((await idp('GET', `/Groups/${id}`)).body).toMatchObject({ members: [{ value: bob }] });
    await idp('PATCH', `/Groups/${id}`, patchOf({ op: 'Remove', path: 'members' }));
    expect((await idp('GET', `/Groups/${id}`)).body['members']).toEqual([]);
    const withAnswer = await idp('PATCH', `/Groups/${id}?attributes=members`, add);
    expect(withAnswer).toMatchObject({ status: 200, body: { id } });
    expect(withAnswer.body['members']).toHaveLength(2);
    expect(withAnswer.body).not.toHaveProperty('displayName');
  });
});

describe('what the service says of itself', () => {
  it('lists its features, resource types and schemas', async () => {
    const config = await idp('GET', '/ServiceProviderConfig');
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
    const types = await idp('GET', '/ResourceTypes');
    expect(types.body.Resources.map((one) => [one['id'], one['endpoint'], one['schema']])).toEqual([
      ['User', '/Users', USER],
      ['Group', '/Groups', GROUP],
    ]);
    expect((await idp('GET', '/ResourceTypes/User')).body).toMatchObject({ id: 'User' });
    expect((await idp('GET', '/Schemas')).body).toMatchObject({ totalResults: 2 });
    expect((await idp('GET', `/Schemas/${GROUP}`)).body).toMatchObject({ id: GROUP, name: 'Group' });
    expect((await idp('GET', '/Schemas/urn:none')).status).toBe(404);
    expect((await idp('GET', '/Schemas?filter=id%20eq%20%22x%22')).status).toBe(403);
    expect((await idp('GET', '/Nothing')).status).toBe(404);
    expect((await idp('GET', '/Users/a/b')).status).toBe(404);
  });

  it('describes every attribute that it answers with', async () => {
    const user = await idp('POST', '/Users', newUser('ada@acme.example', { externalId: 'x' }));
    const schema = await idp('GET', `/Schemas/${USER}`);
    const described = (schema.body['attributes'] as { name: string }[]).map((one) => one.name);
    const common = ['schemas', 'id', 'externalId', 'meta'];
    expect(Object.keys(user.body).filter((name) => ![...described, ...common].includes(name))).toEqual([]);
  });
});
