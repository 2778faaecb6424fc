// Plain JavaScript, since next.config.js reads it too.

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

/** What every answer has, a page or not; names are in lower case. */
export const fixedHeaders = {
  // Two years. Browsers take it over https alone, so it does no harm on this machine.
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'referrer-policy': 'same-origin',
  'permissions-policy': [
    ...REFUSED_FEATURES.map((feature) => `${feature}=()`),
    ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
  ].join(', '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Of what is no page: whatever a browser makes of it, it loads and runs nothing. */
export const dataHeaders = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ...fixedHeaders,
};

/** Where data are answered and never a page. src/proxy.ts, which makes each page a policy of its own, is not asked there. */
export const dataPaths = ['/api/:path*', '/readyz', '/healthz'];
