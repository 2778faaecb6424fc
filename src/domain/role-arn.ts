const ROLE_ARN = /^arn:(aws|aws-us-gov|aws-cn):iam::(\d{12}):role\/([\w+=,.@/-]{1,512})$/;
const ACCOUNT_ID = /^\d{12}$/;

export interface RoleArn {
  arn: string;
  partition: string;
  accountId: string;
  name: string;
}

/** The parts of a role's ARN, or null for anything else: users, assumed roles, white space, other alphabets. */
export function parseRoleArn(text: string): RoleArn | null {
  const match = ROLE_ARN.exec(text);
  if (!match?.[1] || !match[2] || !match[3] || text !== match[0]) return null;
  return { arn: text, partition: match[1], accountId: match[2], name: match[3] };
}

export function isAccountId(text: string): boolean {
  return ACCOUNT_ID.test(text);
}
