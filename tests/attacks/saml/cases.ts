import type { AttackCase } from './attack';
import { DOCUMENTS } from './cases/documents';
import { ENCRYPTION } from './cases/encryption';
import { RULES } from './cases/rules';
import { SIGNATURES } from './cases/signatures';
import { WRAPPING } from './cases/wrapping';

export type { Attack, AttackCase, AttackContext } from './attack';

/** Every one must be refused, for its reason, without a session. Another test sends them over HTTP. */
export const ATTACKS: readonly AttackCase[] = [
  ...WRAPPING,
  ...SIGNATURES,
  ...RULES,
  ...DOCUMENTS,
  ...ENCRYPTION,
];
