import { isObject } from '../http/aws-request';

export const INLINE_POLICY_LIMIT = 10_240;
export const TRUST_POLICY_LIMIT = 2048;
export const MANAGED_POLICY_LIMIT = 6144;
export const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/** IAM does not count white space against its quotas. */
export function countedLength(policy: string): number {
  return policy.replace(/\s/g, '').length;
}

/** What is wrong with a policy document, as IAM would say it; undefined when nothing is. */
export function policyProblem(text: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return 'Syntax errors in policy.';
  }
  if (!isObject(document)) return 'Syntax errors in policy.';
  if (
    document.Version !== undefined &&
    document.Version !== '2012-10-17' &&
    document.Version !== '2008-10-17'
  ) {
    return 'Policy document must be version 2012-10-17 or greater.';
  }
  const statements = Array.isArray(document.Statement)
    ? (document.Statement as unknown[])
    : [document.Statement];
  if (document.Statement === undefined || statements.length === 0) return 'Missing required field Statement';
  for (const statement of statements) {
    if (!isObject(statement)) return 'Syntax errors in policy.';
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'Missing required field Effect';
    if (statement.Action === undefined && statement.NotAction === undefined)
      return 'Missing required field Action';
  }
  return undefined;
}

export function trustPolicyProblem(text: string): string | undefined {
  const problem = policyProblem(text);
  if (problem) return problem;
  const { Statement } = JSON.parse(text) as { Statement: unknown };
  for (const statement of [Statement].flat() as Record<string, unknown>[]) {
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
      return 'Missing required field Principal';
    }
    if (statement.Resource !== undefined) return 'Has prohibited field Resource';
  }
  return undefined;
}
