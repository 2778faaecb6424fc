import { fixedHeaders } from './fixed-headers';

export interface HeaderOptions {
  /** New for every answer; scripts without it do not run. */
  readonly nonce: string;
  /** The development server needs eval. */
  readonly isDevelopment: boolean;
  /** The page came over https, as far as we or the proxy in front of us can tell. */
  readonly isSecure: boolean;
}

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

/** The headers of every page, whoever asks; names are in lower case. They decide nothing about who may see what. */
export function securityHeaders(options: HeaderOptions): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(options),
    ...fixedHeaders,
  };
}
