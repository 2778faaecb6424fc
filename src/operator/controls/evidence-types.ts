export interface TestRef {
  readonly file: string;
  /** The title as it stands in the file, placeholders and all. */
  readonly title: string;
}

export interface Evidence {
  readonly says: string;
  readonly code: readonly string[];
  readonly tests: readonly TestRef[];
}

const inFile =
  (file: string) =>
  (...titles: readonly string[]): TestRef[] =>
    titles.map((title) => ({ file, title }));

export const tests = (file: string, ...titles: readonly string[]): TestRef[] =>
  inFile(`tests/${file}.test.ts`)(...titles);
export const browser = inFile('tests/e2e/access.spec.ts');
/** Every page, route and action, asked as each kind of person. */
export const everywhere = inFile('tests/e2e/surface.spec.ts');
