import type { AwsFailureKind } from '@/aws/port';

const SEPARATOR = ': ';
const NOT_GRANTED: AwsFailureKind = 'permission-missing';

/** How the reason of a gap is stored: the word for programs, then the sentence for people. */
export const gapText = (gap: { readonly reason: AwsFailureKind; readonly message: string }): string =>
  `${gap.reason}${SEPARATOR}${gap.message}`;

/** Whether the role does not grant the action, and the sentence for people. */
export function partsOfGapText(text: string): { isDenied: boolean; message: string } {
  const [reason = '', ...rest] = text.split(SEPARATOR);
  return { isDenied: reason === NOT_GRANTED, message: rest.join(SEPARATOR) };
}
