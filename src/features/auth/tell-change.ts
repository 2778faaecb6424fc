import type { Services } from '@/context';
import { knownDeviceName } from './device-name';
import type { Device } from './sessions';
import { countAttempt } from './throttle';
import { beginUnseen } from './unseen';

interface Words {
  /** The mail's subject and its first sentence. */
  readonly what: string;
  readonly more?: string;
}

const changes = {
  'password-changed': { what: 'Your password for Belvedere was changed' },
  'password-reset': {
    what: 'Your password for Belvedere was set anew',
    more: 'It was done by a link that we mailed to this address.',
  },
  'totp-added': {
    what: 'An authenticator app was added to your Belvedere account',
    more: 'One that was there before counts no more.',
  },
  'totp-removed': { what: 'The authenticator app was removed from your Belvedere account' },
  'passkey-added': { what: 'A passkey was added to your Belvedere account' },
  'passkey-removed': { what: 'A passkey was removed from your Belvedere account' },
  'codes-made': {
    what: 'New recovery codes were made for your Belvedere account',
    more: 'Those of before count no more.',
  },
  'code-used': {
    what: 'A recovery code of your Belvedere account was used',
    more: 'It counts no more. When few are left, make new ones under Settings, Sign-in.',
  },
  'address-changed': { what: 'The address of your Belvedere account was changed' },
} as const satisfies Record<string, Words>;

export type Change = keyof typeof changes;

interface Who {
  readonly userId: string;
  readonly device: Device;
}

/** Of a changed address: where the account's mail went until now, and where it goes. */
interface Moved {
  readonly from: string;
  readonly to: string;
}

const stamp = (at: Date) => `${at.toISOString().slice(0, 10)}, ${at.toISOString().slice(11, 16)} UTC`;

/** What to do if it was somebody else. The old address of an account can ask for no link any more. */
function adviceOf({ config }: Services, moved: Moved | undefined): string[] {
  if (moved) {
    return [
      `From now on the account is that of ${moved.to}.`,
      'If it was you, do nothing. If it was not, tell an owner of your workspace at once, who can switch your access off, or whoever runs this Belvedere:',
      config.appUrl,
    ];
  }
  return [
    'If it was you, do nothing. If it was not, somebody else may be in your account. Set a new password, which signs out everybody:',
    `${config.appUrl}/forgot`,
    'Then remove what is not yours under Settings, Sign-in and API tokens, and tell an owner of your workspace. Tell them too if you cannot get in any more.',
  ];
}

/**
 * Tells a person by mail that a way into their account changed (ASVS 5.0, 6.3.7); where the address did, at the old one. To be
 * called once the change is committed. Nobody waits for the mail, and one that fails is logged and undoes nothing. It holds
 * nothing that opens anything, and no word that somebody could have chosen, since the mailbox may be a stranger's; a new
 * address has been proven by then, and the old one agreed to it.
 */
export function tellOfChange(
  services: Services,
  { userId, device }: Who,
  change: Change,
  moved?: Moved,
): void {
  if (services.mail.kind === 'off') return;
  beginUnseen(services, 'a change of a way in was not mailed', async () => {
    const { what, more }: Words = changes[change];
    const text = [
      'Hello,',
      [`${what}.`, more].filter(Boolean).join(' '),
      `When: ${stamp(services.now())}\nFrom: ${device.address}, ${knownDeviceName(device.userAgent)}`,
      ...adviceOf(services, moved),
      '',
    ].join('\n\n');
    const user = await services.db.prisma.appUser.findUnique({
      where: { id: userId },
      select: { email: true, emailVerifiedAt: true },
    });
    if (!user) return;
    // Ten in a quarter of an hour: of each kind, so that many of one hide none of another; of all where nobody proved the address.
    const key = user.emailVerifiedAt ? `tell ${userId} ${change}` : `tell ${userId}`;
    await countAttempt(services, key, key);
    await services.mail.send({ to: moved?.from ?? user.email, subject: what, text });
  });
}
