import { z } from 'zod';
import type { Operator, Subprocessor } from './operator';

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `must have at most ${max} characters`)
    .regex(/^[^\p{Cc}]+$/u, 'must be one line of text')
    .optional();

const email = z.email({ error: 'must be an email address' }).max(254, 'must be an email address').optional();

// A parser drops line breaks that would begin a field of their own in security.txt.
const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https address' })
  .transform((value) => new URL(value).href)
  .optional();

const said = (what: string, max = 200) =>
  z
    .string({ error: `${what} is missing` })
    .trim()
    .min(1, `${what} is missing`)
    .max(max, `${what} is too long`);

const SubprocessorList = z.array(
  z.strictObject(
    {
      name: said('name'),
      purpose: said('purpose', 500),
      location: said('location'),
      since: z.iso.date({ error: 'since must be a day such as 2027-01-31' }),
    },
    { error: 'takes name, purpose, location and since, and nothing else' },
  ),
  { error: 'must be a JSON list' },
);

const EXAMPLE = '[{"name":"…","purpose":"…","location":"…","since":"2027-01-31"}]';

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

const subprocessors = z
  .string()
  .default('[]')
  .transform((json, refine): readonly Subprocessor[] => {
    const parsed = SubprocessorList.safeParse(parseJson(json));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const position = typeof issue?.path[0] === 'number' ? `entry ${issue.path[0] + 1}: ` : '';
    refine.addIssue({ code: 'custom', message: `${position}${issue?.message}. It looks like ${EXAMPLE}` });
    return z.NEVER;
  });

/** All of them are optional: an installation starts without, and then claims nothing of its operator. */
export const operatorVariables = {
  OPERATOR_NAME: text(100),
  OPERATOR_SECURITY_EMAIL: email,
  OPERATOR_SECURITY_URL: httpsUrl,
  OPERATOR_PGP_URL: httpsUrl,
  OPERATOR_PRIVACY_EMAIL: email,
  OPERATOR_PENTEST_TEXT: text(1000),
  OPERATOR_REPORTS_EMAIL: email,
  OPERATOR_DISK_ENCRYPTION: text(1000),
  OPERATOR_BACKUPS: text(1000),
  OPERATOR_LOCATION: text(200),
  OPERATOR_SUBPROCESSORS: subprocessors,
};

type OperatorValues = z.infer<z.ZodObject<typeof operatorVariables>>;

/** The variables above as one frozen object. */
export function operatorFrom(value: OperatorValues): Operator {
  return Object.freeze({
    name: value.OPERATOR_NAME ?? null,
    securityEmail: value.OPERATOR_SECURITY_EMAIL ?? null,
    securityUrl: value.OPERATOR_SECURITY_URL ?? null,
    pgpUrl: value.OPERATOR_PGP_URL ?? null,
    privacyEmail: value.OPERATOR_PRIVACY_EMAIL ?? null,
    pentestText: value.OPERATOR_PENTEST_TEXT ?? null,
    reportsEmail: value.OPERATOR_REPORTS_EMAIL ?? null,
    diskEncryption: value.OPERATOR_DISK_ENCRYPTION ?? null,
    backups: value.OPERATOR_BACKUPS ?? null,
    location: value.OPERATOR_LOCATION ?? null,
    subprocessors: Object.freeze(value.OPERATOR_SUBPROCESSORS.map((one) => Object.freeze(one))),
  });
}
