interface Hole {
  readonly name: string;
  /** Versions of the line that starts with this are judged; an empty one is every line. */
  readonly line: string;
  /** The first version of the line without any of the holes; null: the line has none. */
  readonly since: string | null;
  readonly published: string;
}

/** Published holes in packages that stand in our way of data, as far as they can be told without a network. */
export const knownHoles: readonly Hole[] = [
  // Sign-in by SAML.
  { name: '@node-saml/node-saml', line: '', since: '5.1.0', published: 'CVE-2025-54419, CVE-2025-54369' },
  {
    name: 'xml-crypto',
    line: '',
    since: '6.1.2',
    published: 'CVE-2025-29774, CVE-2025-29775, CVE-2024-32962',
  },
  { name: '@xmldom/xmldom', line: '0.7.', since: null, published: 'GHSA-crh6-fp67-6883; no longer mended' },
  {
    name: '@xmldom/xmldom',
    line: '0.8.',
    since: '0.8.15',
    published: 'GHSA-2v35-w6hq-6mfw, GHSA-j759-j44w-7fr8, GHSA-965w-775f-mr7g, GHSA-8344-3jmq-59r6',
  },
  {
    name: '@xmldom/xmldom',
    line: '0.9.',
    since: '0.9.12',
    published: 'GHSA-2v35-w6hq-6mfw, GHSA-j759-j44w-7fr8, GHSA-965w-775f-mr7g, GHSA-8344-3jmq-59r6',
  },
  { name: 'xmldom', line: '', since: null, published: 'CVE-2022-39353; renamed to @xmldom/xmldom' },
  { name: 'samlify', line: '', since: '2.10.0', published: 'CVE-2025-47949' },
  // Pages and sign-in.
  {
    name: 'next',
    line: '',
    since: '16.3.3',
    published: 'CVE-2025-66478, CVE-2026-23870, CVE-2026-44578, GHSA-2xp9-vwfh-vxw4, CVE-2026-75604',
  },
  { name: 'react-dom', line: '19.', since: '19.2.6', published: 'CVE-2025-55182, CVE-2026-23870' },
  {
    name: 'next-auth',
    line: '5.',
    since: '5.0.0-beta.32',
    published: 'GHSA-5jpx-9hw9-2fx4, GHSA-7rqj-j65f-68wh, GHSA-8fpg-xm3f-6cx3, GHSA-xmf8-cvqr-rfgj',
  },
  { name: 'next-auth', line: '4.', since: '4.24.15', published: 'GHSA-7rqj-j65f-68wh' },
  { name: '@auth/core', line: '', since: '0.41.3', published: 'GHSA-7rqj-j65f-68wh, GHSA-x445-f3h2-j279' },
  // Mail and pictures.
  {
    name: 'nodemailer',
    line: '',
    since: '9.0.1',
    published: 'GHSA-mm7p-fcc7-pg87, GHSA-rcmh-qjqh-p98v, GHSA-vvjj-xcjg-gr5g, GHSA-p6gq-j5cr-w38f',
  },
  { name: 'sharp', line: '', since: '0.32.6', published: 'CVE-2023-4863' },
];

type Part = number | string;

function partsOf(version: string): { release: number[]; pre: Part[] } {
  const [core = '', pre] = version.split('+')[0]?.split(/-(.*)/s) ?? [];
  const part = (text: string): Part => (/^\d+$/.test(text) ? Number(text) : text);
  return { release: core.split('.').map(Number), pre: pre ? pre.split('.').map(part) : [] };
}

function compareParts(a: Part | undefined, b: Part | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (typeof a === typeof b) return a < b ? -1 : 1;
  return typeof a === 'number' ? -1 : 1;
}

/** Semantic versioning's order: negative where `a` is the older, 0 where they are equal. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (left.release[at] ?? 0) - (right.release[at] ?? 0);
    if (difference !== 0) return difference;
  }
  // A release comes after all that led to it.
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let at = 0; at < Math.max(left.pre.length, right.pre.length); at += 1) {
    const difference = compareParts(left.pre[at], right.pre[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What is published against a version, or null. */
export function holeIn(name: string, version: string): string | null {
  const hole = knownHoles.find(
    (one) =>
      one.name === name &&
      version.startsWith(one.line) &&
      (one.since === null || compareVersions(version, one.since) < 0),
  );
  return hole?.published ?? null;
}
