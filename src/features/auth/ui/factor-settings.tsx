'use client';

import { Modal } from '@mantine/core';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { formatDay } from '@/ui/format';
import { useAction } from '@/ui/form-state';
import { Badge, Panel } from '@/ui/panel';
import { useConfirmed } from '@/ui/step-up';
import ui from '@/ui/ui.module.css';
import { FieldsForm } from './fields-form';
import { withNewPasskey } from './passkey';
import { RecoveryCodes } from './recovery-codes';

const day = (at: Date) => formatDay(at.toISOString().slice(0, 10), { year: true });

interface Offer {
  readonly secret: string;
  readonly svg: string;
  readonly offer: string;
}

export interface FactorActions {
  readonly offerTotp: () => Promise<ActionResult<Offer>>;
  readonly confirmTotp: (input: { offer: string; code: string }) => Promise<ActionResult<unknown>>;
  readonly removeTotp: () => Promise<ActionResult<unknown>>;
  readonly offerPasskey: () => Promise<ActionResult<PublicKeyCredentialCreationOptionsJSON>>;
  readonly addPasskey: (input: {
    name: string;
    response: RegistrationResponseJSON;
  }) => Promise<ActionResult<unknown>>;
  readonly removePasskey: (input: { passkeyId: string }) => Promise<ActionResult<unknown>>;
  readonly makeCodes: () => Promise<ActionResult<string[]>>;
}

interface Props {
  readonly hasTotp: boolean;
  readonly passkeys: readonly { id: string; name: string; createdAt: Date; lastUsedAt: Date | null }[];
  readonly codesLeft: number;
  readonly actions: FactorActions;
  /** Where to go once there is a factor: for whoever has to add one. */
  readonly then?: string;
}

function TotpModal({ offer, onDone, actions }: { offer: Offer; onDone: () => void; actions: FactorActions }) {
  const { failure, isPending, run } = useAction();
  return (
    <div className={ui.stack}>
      <p className={ui.small}>Scan this with an authenticator app, then give the code that it shows.</p>
      {/* Drawn by our own server; it holds squares and nothing else. */}
      <div
        className={styles.qr}
        role="img"
        aria-label="QR code"
        dangerouslySetInnerHTML={{ __html: offer.svg }}
      />
      <p className={ui.small}>
        Or type it: <span className={ui.code}>{offer.secret.replaceAll(/(.{4})/g, '$1 ').trim()}</span>
      </p>
      <FieldsForm
        fields={[{ name: 'code', label: 'Code from your app', kind: 'code', autoComplete: 'one-time-code' }]}
        submit="Add"
        failure={failure}
        isPending={isPending}
        onSubmit={(values) =>
          run(() => actions.confirmTotp({ offer: offer.offer, code: values['code'] ?? '' }), onDone)
        }
      />
    </div>
  );
}

export function FactorSettings({ hasTotp, passkeys, codesLeft, actions, then }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [offer, setOffer] = useState<Offer | null>(null);
  const [isNaming, setNaming] = useState(false);
  const { failure, isPending, run } = useAction();
  const refresh = () => {
    setOffer(null);
    setNaming(false);
    if (then) router.replace(then);
    router.refresh();
  };
  return (
    <>
      {failure.message && (
        <div className={ui.notice} data-tone="bad" role="alert">
          {failure.message}
        </div>
      )}
      <Panel
        title="Authenticator app"
        note={hasTotp ? <Badge tone="good">on</Badge> : <Badge>off</Badge>}
        padded
      >
        <div className={ui.notice} style={{ border: 0, padding: 0, alignItems: 'center' }}>
          <span>A code of six digits from an app on your phone, asked for after your password.</span>
          <span style={{ display: 'flex', gap: 8 }}>
            <button
              className={ui.button}
              data-kind={hasTotp ? undefined : 'primary'}
              disabled={isPending}
              onClick={() => run(() => confirmed(actions.offerTotp), setOffer)}
            >
              {hasTotp ? 'Replace' : 'Add'}
            </button>
            {hasTotp && (
              <button
                className={ui.button}
                disabled={isPending}
                onClick={() => run(() => confirmed(actions.removeTotp), refresh)}
              >
                Remove
              </button>
            )}
          </span>
        </div>
      </Panel>
      <Panel
        title="Passkeys"
        note={
          <button className={ui.button} disabled={isPending} onClick={() => setNaming(true)}>
            Add a passkey
          </button>
        }
        padded
      >
        {passkeys.length === 0 ? (
          <p className={`${ui.small} ${ui.muted}`}>
            None. A passkey signs you in with a finger, a face or a PIN, and nobody can trick you out of it.
          </p>
        ) : (
          <dl className={ui.facts}>
            {passkeys.map((passkey) => (
              <div key={passkey.id} style={{ alignItems: 'center' }}>
                <dt style={{ color: 'var(--ink)' }}>
                  {passkey.name}{' '}
                  <span className={ui.muted}>
                    · added {day(passkey.createdAt)}
                    {passkey.lastUsedAt ? `, used ${day(passkey.lastUsedAt)}` : ', never used'}
                  </span>
                </dt>
                <dd>
                  <button
                    className={ui.button}
                    disabled={isPending}
                    aria-label={`Remove ${passkey.name}`}
                    onClick={() =>
                      run(() => confirmed(() => actions.removePasskey({ passkeyId: passkey.id })), refresh)
                    }
                  >
                    Remove
                  </button>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Panel>
      {/* They stand in for a factor; whoever has none yet adds that first. */}
      {then === undefined && <RecoveryCodes left={codesLeft} make={actions.makeCodes} />}
      <Modal
        opened={offer !== null}
        onClose={() => setOffer(null)}
        title="Authenticator app"
        centered
        size={400}
      >
        {offer && <TotpModal offer={offer} actions={actions} onDone={refresh} />}
      </Modal>
      <Modal opened={isNaming} onClose={() => setNaming(false)} title="Add a passkey" centered size={400}>
        <FieldsForm
          fields={[
            {
              name: 'name',
              label: 'Name',
              kind: 'text',
              autoComplete: 'off',
              description: 'Such as the device that keeps it.',
            },
          ]}
          submit="Continue"
          failure={failure}
          isPending={isPending}
          onSubmit={(values) =>
            run(
              () =>
                withNewPasskey(
                  () => confirmed(actions.offerPasskey),
                  (response) => actions.addPasskey({ name: values['name'] ?? '', response }),
                ),
              refresh,
            )
          }
        />
      </Modal>
    </>
  );
}
