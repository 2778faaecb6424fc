import tseslint from 'typescript-eslint';

// This file is the diagram of who may import what: app → server → features → context → domain; adapters hang off runtime.
const ban = (files, ...groups) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: groups.map(([group, message]) => ({ group, message, allowTypeImports: true })) },
    ],
  },
});
const banAll = (files, ...groups) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
  },
});

const react = [
  ['react', 'react-dom', 'react/*', '@mantine/*', 'next', 'next/*'],
  'This layer knows neither React nor Next.',
];
const aws = [['@aws-sdk/*', '@smithy/*'], 'AWS is reached through the port in src/aws.'];
const glue = [['@/server/*', '@/app/*'], 'Glue imports this layer, not the other way round.'];
const database = [
  ['@/db/*', '@prisma/*', 'pg', 'pg-*'],
  'The database is reached through a verb in src/features.',
];
const simulator = [['**/simulated-aws/**', '@cloud-copilot/*'], 'The app knows nothing of the simulator.'];

export default tseslint.config(
  {
    ignores: [
      '.next/',
      '.belvedere/',
      'node_modules/',
      'src/db/generated/',
      'next-env.d.ts',
      'test-results/',
      'playwright-report/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment in src/env.ts.' },
      ],
    },
  },
  {
    files: [
      'scripts/**',
      'tests/**',
      '*.config.*',
      'src/env.ts',
      'src/proxy.ts',
      'src/instrumentation.ts',
      'src/worker.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['scripts/**', 'tests/simulated-aws/**', 'tests/support/setup.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/**'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-params': 'off',
    },
  },
  banAll(['src/domain/**'], react, aws, database, glue, [
    ['zod', '@/features/*', '@/aws/*', '@/env', '@/log', '@/errors', 'node:*'],
    'The domain is pure.',
  ]),
  banAll(['src/db/**'], react, aws, glue, [
    ['@/features/*', '@/aws/*'],
    'The database layer knows no feature.',
  ]),
  banAll(['src/aws/**'], react, database, glue, simulator, [
    ['@/features/*'],
    'The AWS layer knows no feature.',
  ]),
  {
    files: ['src/aws/**'],
    ignores: ['src/aws/session.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@aws-sdk/client-sts'], message: 'AssumeRole has one wrapper: src/aws/session.ts.' },
            { group: react[0], message: react[1] },
            {
              group: ['@/features/*', '@/server/*', '@/app/*', '@/db/*'],
              message: 'The AWS layer knows no feature.',
            },
          ],
        },
      ],
    },
  },
  banAll(['src/saml/**'], react, aws, database, glue, [
    ['@/features/*', '**/simulated-idp/**', 'samlify'],
    'The SAML layer knows no feature.',
  ]),
  ban(['src/features/**/*.ts'], react, aws, glue, simulator, [
    ['@/env', '@/runtime'],
    'A verb is given what it needs.',
  ]),
  ban(['src/features/*/ui/**', 'src/ui/**'], database, aws, glue, simulator, [
    ['@/runtime', '@/env', '@/context'],
    'A component is given what it shows.',
  ]),
  ban(['src/jobs/**'], react, aws, glue, simulator),
  ban(['src/app/**'], database, aws, simulator, [
    ['@/aws/gateway', '@/aws/session', '@/env'],
    'Pages call verbs.',
  ]),
);
