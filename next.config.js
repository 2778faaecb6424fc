import { fileURLToPath } from 'node:url';
import { dataHeaders, dataPaths } from './src/security/fixed-headers.js';

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `npm run check` and CI check types, of the tests and scripts as well; a build does not do it again.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) },
  serverExternalPackages: [
    'pg',
    'pg-boss',
    'pino',
    // Both stand on a library that needs reflect-metadata to be loaded first, which a bundle does not keep to.
    'selfsigned',
    '@simplewebauthn/server',
    '@node-rs/argon2',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
  // What browsers ask for by themselves where a page names no icon, such as an answer that is no page.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/favicon.svg' }],
  headers: async () =>
    dataPaths.map((source) => ({
      source,
      headers: Object.entries(dataHeaders).map(([key, value]) => ({ key, value })),
    })),
  // Nothing here is resized: one endpoint less.
  images: { unoptimized: true },
  experimental: {
    // forbidden() answers 403 with src/app/(app)/forbidden.tsx.
    authInterrupts: true,
    serverActions: { bodySizeLimit: '1500kb' },
    // What is longer is cut by Next before a handler sees it: every limit of ours lies below.
    proxyClientMaxBodySize: '2mb',
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@mantine/dates'],
  },
};

export default config;
