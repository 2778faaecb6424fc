type Headers = Readonly<Record<string, string>>;

const YEAR_SECONDS = 31_536_000;

function directivesOf(policy: string): Map<string, readonly string[]> {
  const directives = new Map<string, readonly string[]>();
  for (const part of policy.split(';')) {
    const [name, ...sources] = part.trim().split(/\s+/);
    // A browser takes the first of several of one name.
    if (name && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
  }
  return directives;
}

function sourcesOf(directives: ReturnType<typeof directivesOf>, name: string): readonly string[] {
  return directives.get(name) ?? directives.get('default-src') ?? ['*'];
}

const isHost = (source: string) => !source.startsWith("'") && source !== 'data:';
const isNonce = (source: string) => /^'nonce-[\w+/=-]{22,}'$/.test(source);

function policyFaults(policy: string): string[] {
  const directives = directivesOf(policy);
  const scripts = sourcesOf(directives, 'script-src');
  const faults: [boolean, string][] = [
    [directives.get('default-src')?.join() !== "'none'", 'csp: what is not named is let in'],
    [scripts.includes("'unsafe-inline'"), 'csp: inline scripts'],
    [scripts.includes("'unsafe-eval'"), 'csp: eval'],
    [scripts.some((source) => isHost(source) || source === 'data:'), 'csp: scripts of other hosts'],
    [
      scripts.join() !== "'none'" && (!scripts.some(isNonce) || !scripts.includes("'strict-dynamic'")),
      'csp: scripts without a nonce',
    ],
    [
      ['style-src', 'img-src', 'font-src', 'connect-src'].some((name) =>
        sourcesOf(directives, name).some(isHost),
      ),
      'csp: other hosts',
    ],
    [sourcesOf(directives, 'object-src').join() !== "'none'", 'csp: plug-ins'],
    // These three do not fall back to default-src.
    [directives.get('base-uri')?.join() !== "'none'", 'csp: base'],
    [!/^'(self|none)'$/.test(directives.get('form-action')?.join() ?? ''), 'csp: forms to elsewhere'],
    [directives.get('frame-ancestors')?.join() !== "'none'", 'csp: framed'],
  ];
  return faults.filter(([isFault]) => isFault).map(([, words]) => words);
}

function featureFaults(policy: string): string[] {
  const allowed = new Map(policy.split(',').map((one) => one.trim().split('=', 2) as [string, string]));
  const refused = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'display-capture'];
  const own = ['publickey-credentials-get', 'publickey-credentials-create'];
  return [
    ...refused.filter((feature) => allowed.get(feature) !== '()'),
    ...own.filter((feature) => allowed.get(feature) !== '(self)'),
  ].map((feature) => `permissions: ${feature}`);
}

/** What the scoring of Mozilla's HTTP Observatory and the list of OWASP's Secure Headers Project hold against an answer. */
export function faultsOf(headers: Headers): string[] {
  const of = (name: string) => headers[name] ?? '';
  const age = Number(/(?:^|;)\s*max-age=(\d+)/.exec(of('strict-transport-security'))?.[1] ?? 0);
  const faults: [boolean, string][] = [
    [age < YEAR_SECONDS, 'hsts: less than a year'],
    [!/includesubdomains/i.test(of('strict-transport-security')), 'hsts: without subdomains'],
    [of('x-content-type-options') !== 'nosniff', 'nosniff'],
    [of('x-frame-options') !== 'DENY', 'frames'],
    [!/^(no-referrer|same-origin|strict-origin)$/.test(of('referrer-policy')), 'referrer'],
    [of('cross-origin-opener-policy') !== 'same-origin', 'coop'],
    [of('cross-origin-resource-policy') !== 'same-origin', 'corp'],
    [of('cross-origin-embedder-policy') !== 'require-corp', 'coep'],
    [of('x-permitted-cross-domain-policies') !== 'none', 'cross-domain policies'],
    [of('access-control-allow-origin') !== '', 'cors'],
    ...['x-powered-by', 'server', 'x-aspnet-version', 'public-key-pins', 'x-xss-protection'].map(
      (name): [boolean, string] => [name in headers, `tells or does harm: ${name}`],
    ),
  ];
  return [
    ...faults.filter(([isFault]) => isFault).map(([, words]) => words),
    ...policyFaults(of('content-security-policy')),
    ...featureFaults(of('permissions-policy')),
  ];
}
