import { CostExplorerClient, GetTagsCommand } from '@aws-sdk/client-cost-explorer';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
  GetRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import { COLLECTOR_ROLE_ARN, VENDOR_CREDENTIALS, adminCredentials } from '../simulated-aws/vendor';
import { EXTERNAL_ID, MANAGEMENT, MEMBER, ROLE_NAME, STANDALONE, assume, connect, settings } from './clients';

let aws: SimulatedAws;

beforeEach(async () => {
  aws = await startSimulatedAws({ size: 'tiny' });
  await connect(aws, MANAGEMENT);
});

afterEach(() => aws.close());

describe('AssumeRole', () => {
  it('needs the right external id', async () => {
    const denied = {
      name: 'AccessDenied',
      message: expect.stringContaining('not authorized to perform: sts:AssumeRole'),
    };
    await expect(assume(aws, MANAGEMENT, { ExternalId: undefined })).rejects.toMatchObject(denied);
    await expect(assume(aws, MANAGEMENT, { ExternalId: 'wrong' })).rejects.toMatchObject(denied);
    await expect(assume(aws, MANAGEMENT, { ExternalId: EXTERNAL_ID.toUpperCase() })).rejects.toMatchObject(
      denied,
    );
    const identity = await new STSClient(settings(aws, await assume(aws, MANAGEMENT))).send(
      new GetCallerIdentityCommand({}),
    );
    expect(identity.Account).toBe(MANAGEMENT);
    expect(identity.Arn).toBe(`arn:aws:sts::${MANAGEMENT}:assumed-role/${ROLE_NAME}/connection-1`);
  });

  it('says the same of a role that does not exist', async () => {
    const RoleArn = `arn:aws:iam::${MEMBER}:role/${ROLE_NAME}`;
    await expect(assume(aws, MEMBER)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        new RegExp(`^User: \\S+ is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}$`),
      ),
    });
  });

  it('evaluates the trust policy as edited', async () => {
    const iam = new IAMClient(settings(aws, adminCredentials(MANAGEMENT)));
    const trust = (Condition?: object) =>
      new UpdateAssumeRolePolicyCommand({
        RoleName: ROLE_NAME,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: COLLECTOR_ROLE_ARN }, Action: 'sts:AssumeRole', Condition },
          ],
        }),
      });
    await iam.send(trust());
    await expect(assume(aws, MANAGEMENT, { ExternalId: undefined })).resolves.toBeDefined();
    await iam.send(trust({ StringLike: { 'sts:ExternalId': '*' } }));
    await expect(assume(aws, MANAGEMENT, { ExternalId: undefined })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(assume(aws, MANAGEMENT, { ExternalId: 'anything' })).resolves.toBeDefined();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: ROLE_NAME }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('StringLike');
  });

  it('refuses a role of the vendor itself', async () => {
    await expect(assume(aws, MANAGEMENT, { RoleArn: COLLECTOR_ROLE_ARN })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it.each([
    [{ ExternalId: 'x' }, 'ValidationError'],
    [{ ExternalId: 'spaces are not allowed' }, 'ValidationError'],
    [{ ExternalId: 'x'.repeat(1225) }, 'ValidationError'],
    [{ RoleSessionName: 'x' }, 'ValidationError'],
    [{ RoleSessionName: 'a/b' }, 'ValidationError'],
    [{ DurationSeconds: 899 }, 'ValidationError'],
    [{ DurationSeconds: 3601 }, 'ValidationError'],
    [{ RoleArn: 'arn:aws:iam::123:role/short-account' }, 'ValidationError'],
    [{ Policy: '{' }, 'MalformedPolicyDocumentException'],
    [{ Policy: JSON.stringify({ Statement: [{ Effect: 'Allow' }] }) }, 'MalformedPolicyDocumentException'],
    [{ PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }, 'ValidationError'],
    [
      { Policy: JSON.stringify({ Statement: [], Padding: 'x'.repeat(2048) }) },
      'PackedPolicyTooLargeException',
    ],
  ])('rejects %o', async (changes, name) => {
    await expect(assume(aws, MANAGEMENT, changes)).rejects.toMatchObject({ name });
  });
});

describe('session credentials', () => {
  it('end when their time is over', async () => {
    const keys = await assume(aws, MANAGEMENT, { DurationSeconds: 900 });
    aws.clock.advance(870_000);
    await new STSClient(settings(aws, keys)).send(new GetCallerIdentityCommand({}));
    aws.clock.advance(60_000);
    await expect(
      new STSClient(settings(aws, keys)).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({
      name: expect.stringMatching(/^ExpiredToken/),
    });
    const ce = new CostExplorerClient(settings(aws, keys));
    const period = { TimePeriod: { Start: '2026-09-01', End: '2026-10-01' } };
    await expect(ce.send(new GetTagsCommand(period))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
  });

  it('reach no further than the session policy', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['organizations:*', 's3:*'], Resource: '*' }],
    };
    const keys = await assume(aws, MANAGEMENT, { Policy: JSON.stringify(policy) });
    await new OrganizationsClient(settings(aws, keys)).send(new DescribeOrganizationCommand({}));
    const ec2 = new EC2Client(settings(aws, keys));
    await expect(ec2.send(new DescribeRegionsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    });
  });

  it('follow the role: what is taken from it is denied at once', async () => {
    const organizations = new OrganizationsClient(settings(aws, await assume(aws, MANAGEMENT)));
    await organizations.send(new ListAccountsCommand({}));
    const iam = new IAMClient(settings(aws, adminCredentials(MANAGEMENT)));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: ROLE_NAME, PolicyName: 'Organizations' }));
    await expect(organizations.send(new ListAccountsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('signatures', () => {
  const call = (keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new STSClient(settings(aws, keys)).send(new GetCallerIdentityCommand({}));

  it('must be made with the right secret, a known key and its own token', async () => {
    await expect(call(VENDOR_CREDENTIALS)).resolves.toMatchObject({ Account: '900000000001' });
    await expect(call({ ...VENDOR_CREDENTIALS, secretAccessKey: 'wrong' })).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    const { accessKeyId, secretAccessKey } = VENDOR_CREDENTIALS;
    await expect(call({ accessKeyId, secretAccessKey })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expect(call({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    const one = await assume(aws, MANAGEMENT);
    const other = await assume(aws, MANAGEMENT);
    await expect(call({ ...one, sessionToken: other.sessionToken })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('cover the body', async () => {
    const sts = new STSClient(settings(aws, VENDOR_CREDENTIALS));
    sts.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string };
        request.body = request.body.replace('GetCallerIdentity', 'GetCallerIdentitx');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });
});

describe('Organizations and EC2', () => {
  it('lists all accounts to the management account, page by page', async () => {
    const organizations = new OrganizationsClient(settings(aws, await assume(aws, MANAGEMENT)));
    const first = await organizations.send(new ListAccountsCommand({ MaxResults: 2 }));
    const second = await organizations.send(
      new ListAccountsCommand({ MaxResults: 2, NextToken: first.NextToken }),
    );
    expect([...(first.Accounts ?? []), ...(second.Accounts ?? [])].map(({ Id }) => Id)).toEqual([
      MANAGEMENT,
      MEMBER,
      '209817345566',
    ]);
    expect(second.NextToken).toBeUndefined();
    expect(first.Accounts?.[0]?.JoinedTimestamp).toBeInstanceOf(Date);
  });

  it('tells a member only which organization it is in, and an outsider that there is none', async () => {
    await connect(aws, MEMBER);
    await connect(aws, STANDALONE);
    const member = new OrganizationsClient(settings(aws, await assume(aws, MEMBER)));
    expect((await member.send(new DescribeOrganizationCommand({}))).Organization?.MasterAccountId).toBe(
      MANAGEMENT,
    );
    await expect(member.send(new ListAccountsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const outsider = new OrganizationsClient(settings(aws, await assume(aws, STANDALONE)));
    await expect(outsider.send(new DescribeOrganizationCommand({}))).rejects.toMatchObject({
      name: 'AWSOrganizationsNotInUseException',
    });
  });

  it('lists regions with their opt-in status', async () => {
    const ec2 = new EC2Client(settings(aws, await assume(aws, MANAGEMENT)));
    const enabled = await ec2.send(new DescribeRegionsCommand({}));
    const all = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(all.Regions?.length).toBeGreaterThan(enabled.Regions?.length ?? 0);
    expect(all.Regions?.find(({ RegionName }) => RegionName === 'ap-east-1')?.OptInStatus).toBe(
      'not-opted-in',
    );
  });
});

describe('IAM', () => {
  it('keeps a policy as written and does not weigh its white space', async () => {
    const iam = new IAMClient(settings(aws, adminCredentials(MANAGEMENT)));
    const put = (padding: number, blanks: number) => {
      const statement = { Effect: 'Allow', Action: 's3:x'.padEnd(padding, 'x'), Resource: '*' };
      const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      const PolicyDocument = text + ' '.repeat(blanks);
      return {
        PolicyDocument,
        sent: iam.send(new PutRolePolicyCommand({ RoleName: ROLE_NAME, PolicyName: 'Big', PolicyDocument })),
      };
    };
    const fits = put(9_000, 5_000);
    await fits.sent;
    const { PolicyDocument } = await iam.send(
      new GetRolePolicyCommand({ RoleName: ROLE_NAME, PolicyName: 'Big' }),
    );
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(fits.PolicyDocument);
    await expect(put(10_200, 0).sent).rejects.toMatchObject({
      name: expect.stringMatching(/^LimitExceeded/),
    });
  });
});
