export type SessionPurpose = 'verify' | 'cost-sync';

const actionsByPurpose: Record<SessionPurpose, readonly string[]> = {
  // GetCallerIdentity needs no permission; naming it alone leaves the session able to do nothing else.
  verify: ['sts:GetCallerIdentity'],
  'cost-sync': [
    'ce:GetCostAndUsage',
    'ce:GetDimensionValues',
    'ce:GetTags',
    'ce:GetCostForecast',
    'ec2:DescribeRegions',
    'organizations:DescribeOrganization',
    'organizations:ListAccounts',
  ],
};

export const SESSION_POLICY_MAX_LENGTH = 2048;

export const sessionPurposes = Object.keys(actionsByPurpose) as readonly SessionPurpose[];

/** Session policy for AssumeRole: a session can do no more than this, whatever the role grants. */
export function sessionPolicyFor(purpose: SessionPurpose): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actionsByPurpose[purpose], Resource: '*' }],
  });
}
