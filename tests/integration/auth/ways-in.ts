import { beginBreakGlass } from '@/features/auth/break-glass';
import { changePassword } from '@/features/auth/change-password';
import {
  confirmEmailChange,
  requestEmailChange,
  requestReset,
  resetPassword,
} from '@/features/auth/email-links';
import { factorsOf } from '@/features/auth/factors';
import { addPasskey, offerPasskey, removePasskey } from '@/features/auth/passkeys';
import { verifyPassword } from '@/features/auth/password';
import { makeRecoveryCodes } from '@/features/auth/recovery-codes';
import { completeSignIn, confirmTotp, offerTotp, removeTotp } from '@/features/auth/second-factor';
import { stepUp } from '@/features/auth/step-up';
import type { Mailer } from '@/mail/mailer';
import { Authenticator } from '../../support/authenticator';
import { DEVICE } from '../../support/open-session';
import type { Workbench } from '../../support/workbench';
import {
  addDevice,
  addTotp,
  enter,
  linkTo,
  NEXT_PASSWORD,
  PASSWORD,
  personOfToken,
  totpCode,
  type TokenPerson,
} from './support';

const OLD = 'ada@example.org';
const NEW = 'ada@lovelace.example';

export interface Ada {
  readonly bench: Workbench;
  readonly userId: string;
  readonly person: TokenPerson;
}

interface WayIn {
  readonly change: string;
  readonly subject: string;
  /** Everything but the change itself, which is then made with a mailer. */
  readonly ready: (ada: Ada) => Promise<(mail: Mailer) => Promise<unknown>>;
  /** Whether the change is in the database. */
  readonly isDone: (ada: Ada) => Promise<boolean>;
}

const factors = ({ bench, userId }: Ada) => factorsOf(bench.runtime, userId);
const user = async ({ bench, userId }: Ada) => {
  const { rows } = await bench.database.owner.query<{ email: string; password_hash: string }>(
    'select email, password_hash from app_user where id = $1',
    [userId],
  );
  return rows[0];
};
const hasNext = async (ada: Ada) => verifyPassword((await user(ada))?.password_hash ?? null, NEXT_PASSWORD);
const codes = async (ada: Ada) => (await factors(ada)).codesLeft;
const withMail = (ada: Ada, mail: Mailer) => ({ ...ada.bench.runtime, mail });

/** With an app and ten recovery codes. */
async function coded({ bench, person }: Ada) {
  const { token, secret } = await addTotp(bench, person);
  const me = await personOfToken(bench, token);
  const [code = ''] = await makeRecoveryCodes(me);
  return { me, code, secret };
}

async function enforceSso({ bench }: Ada): Promise<void> {
  const { owner } = bench.database;
  await owner.query('update workspace set enforce_sso = true');
  await owner.query(
    `insert into sso_connection (workspace_id, id, name, status, created_at, updated_at)
     select id, gen_random_uuid(), 'Their IdP', 'active', now(), now() from workspace`,
  );
}

const CODE_USED = 'A recovery code of your Belvedere account was used';

/** Each change of a way into an account that its person hears of. */
export const waysIn: readonly WayIn[] = [
  {
    change: 'password changed',
    subject: 'Your password for Belvedere was changed',
    ready: async ({ person }) => {
      const input = { current: PASSWORD, next: NEXT_PASSWORD };
      return (mail) => changePassword({ ...person, mail }, input);
    },
    isDone: hasNext,
  },
  {
    change: 'password reset',
    subject: 'Your password for Belvedere was set anew',
    ready: async (ada) => {
      await requestReset(ada.bench.runtime, { email: OLD }, DEVICE);
      const token = await linkTo(ada.bench, OLD, '/reset');
      return (mail) => resetPassword(withMail(ada, mail), { token, password: NEXT_PASSWORD }, DEVICE);
    },
    isDone: hasNext,
  },
  {
    change: 'app added',
    subject: 'An authenticator app was added to your Belvedere account',
    ready: async ({ person, bench }) => {
      const { secret, offer } = await offerTotp(person);
      const code = totpCode(secret, bench.clock.now());
      return (mail) => confirmTotp({ ...person, mail }, { offer, code });
    },
    isDone: async (ada) => (await factors(ada)).hasTotp,
  },
  {
    change: 'app removed',
    subject: 'The authenticator app was removed from your Belvedere account',
    ready: async ({ person, bench }) => {
      const { token } = await addTotp(bench, person);
      const me = await personOfToken(bench, token);
      return (mail) => removeTotp({ ...me, mail });
    },
    isDone: async (ada) => !(await factors(ada)).hasTotp,
  },
  {
    change: 'passkey added',
    subject: 'A passkey was added to your Belvedere account',
    ready: async ({ person }) => {
      const device = new Authenticator(new URL(person.config.appUrl).origin);
      const response = device.create(await offerPasskey(person));
      return (mail) => addPasskey({ ...person, mail }, { name: 'Laptop', response });
    },
    isDone: async (ada) => (await factors(ada)).passkeys.length > 0,
  },
  {
    change: 'passkey removed',
    subject: 'A passkey was removed from your Belvedere account',
    ready: async ({ bench, person }) => {
      const { device, token } = await addDevice(bench, person);
      const me = await personOfToken(bench, token);
      return (mail) => removePasskey({ ...me, mail }, { passkeyId: device.id });
    },
    isDone: async (ada) => (await factors(ada)).passkeys.length === 0,
  },
  {
    change: 'recovery codes made',
    subject: 'New recovery codes were made for your Belvedere account',
    ready: async ({ person }) => {
      return (mail) => makeRecoveryCodes({ ...person, mail });
    },
    isDone: async (ada) => (await codes(ada)) === 10,
  },
  {
    change: 'recovery code used to sign in',
    subject: CODE_USED,
    ready: async (ada) => {
      const { code } = await coded(ada);
      const { token } = await enter(ada.bench, OLD);
      const proof = { kind: 'recovery', code } as const;
      return (mail) => completeSignIn(withMail(ada, mail), token, proof, DEVICE);
    },
    isDone: async (ada) => (await codes(ada)) === 9,
  },
  {
    change: 'recovery code used to step up',
    subject: CODE_USED,
    ready: async (ada) => {
      const { me, code } = await coded(ada);
      return (mail) => stepUp({ ...me, mail }, { kind: 'recovery', code });
    },
    isDone: async (ada) => (await codes(ada)) === 9,
  },
  {
    change: 'recovery code used without the identity provider',
    subject: CODE_USED,
    ready: async (ada) => {
      const { code } = await coded(ada);
      await enforceSso(ada);
      return (mail) => beginBreakGlass(withMail(ada, mail), { email: OLD, code }, DEVICE);
    },
    isDone: async (ada) => (await codes(ada)) === 9,
  },
  {
    change: 'address changed',
    subject: 'The address of your Belvedere account was changed',
    ready: async (ada) => {
      await requestEmailChange(ada.person, { email: NEW });
      const first = await linkTo(ada.bench, OLD, '/change-email');
      const token = await linkTo(ada.bench, NEW, '/change-email');
      await confirmEmailChange(ada.bench.runtime, { token: first }, DEVICE);
      return (mail) => confirmEmailChange(withMail(ada, mail), { token }, DEVICE);
    },
    isDone: async (ada) => (await user(ada))?.email === NEW,
  },
];
