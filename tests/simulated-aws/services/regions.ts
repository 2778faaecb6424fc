import { AwsError } from '../http/aws-error';

const BY_DEFAULT = 'opt-in-not-required';
const ALWAYS_ON =
  `ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1
  eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`.split(
    /\s+/,
  );

export const REGIONS: readonly [name: string, status: string][] = [
  ...ALWAYS_ON.map((name): [string, string] => [name, BY_DEFAULT]),
  ['eu-south-1', 'opted-in'],
  ['af-south-1', 'not-opted-in'],
  ['ap-east-1', 'not-opted-in'],
  ['eu-central-2', 'not-opted-in'],
  ['me-south-1', 'not-opted-in'],
];

/** A region that the account has not switched on does not know its credentials. */
export function requireEnabled(region: string): void {
  const status = REGIONS.find(([name]) => name === region)?.[1];
  if (status === undefined || status === 'not-opted-in') {
    throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  }
}
