import type { Mail } from '@/mail/mailer';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Names are people's own: what could begin a new line, or pass for a link, stays one word among ours. */
const asName = (text: string) =>
  text
    .replaceAll(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replaceAll(/:\/\/|www\./gi, ' ')
    .trim()
    .slice(0, 80);

const dayOf = (at: Date) => `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
const timeOf = (at: Date) => `${at.toISOString().slice(11, 16)} UTC`;
const withArticle = (role: string) => `${/^[aeio]/.test(role) ? 'an' : 'a'} ${role}`;

export interface InvitationMail {
  readonly to: string;
  readonly inviter: string;
  readonly workspace: string;
  readonly role: string;
  readonly isLimited: boolean;
  readonly expiresAt: Date;
  readonly link: string;
}

export function invitationMail(given: InvitationMail): Mail {
  const workspace = asName(given.workspace);
  const what = `${withArticle(given.role)}${given.isLimited ? ', for some of its AWS accounts' : ''}`;
  return {
    to: given.to,
    subject: `Invitation to ${workspace} on Belvedere`,
    text: [
      `${asName(given.inviter)} invites you to the workspace "${workspace}" on Belvedere, as ${what}.`,
      `To accept, open this link. It works once, until ${dayOf(given.expiresAt)}, ${timeOf(given.expiresAt)}:`,
      given.link,
      'If you did not expect this, do nothing: no account is made unless you accept.',
      '',
    ].join('\n\n'),
  };
}
