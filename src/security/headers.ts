export interface HeaderOptions {
  /** New for every answer; scripts without it do not run. */
  readonly nonce: string;
  /** The development server needs eval. */
  readonly isDevelopment: boolean;
  /** The page came over https, as far as we or the proxy in front of us can tell. */
  readonly isSecure: boolean;
}

// Everything a page could ask the browser for. What is not named here is off by default or unknown to browsers, which
// then complain on the console of every page.
const REFUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];
// Passkeys, and the buttons that copy a policy or an ID.
const OWN_FEATURES = ['publickey-credentials-create', 'publickey-credentials-get', 'clipboard-write'];

export function contentSecurityPolicy({ nonce, isDevelopment, isSecure }: HeaderOptions): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // Mantine and ECharts set style attributes; no script can come in this way.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    // Browsers hold redirects after a form to this as well: sign-in at an identity provider starts from a link.
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isSecure ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

const permissionsPolicy = [
  ...REFUSED_FEATURES.map((feature) => `${feature}=()`),
  ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
].join(', ');

/** The headers of every answer, whoever asks; names are in lower case. They decide nothing about who may see what. */
export function securityHeaders(options: HeaderOptions): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(options),
    // Two years. Browsers take it over https alone, so it does no harm on this machine.
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'referrer-policy': 'same-origin',
    'permissions-policy': permissionsPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
}
