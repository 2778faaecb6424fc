'use client';

import { Select, Switch } from '@mantine/core';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useAction } from '@/ui/form-state';
import { Badge, Panel } from '@/ui/panel';
import { useConfirmed } from '@/ui/step-up';
import ui from '@/ui/ui.module.css';

interface Settings {
  readonly requireSecondFactor: boolean;
  readonly sessionIdleMinutes: number;
  readonly sessionAbsoluteMinutes: number;
}

interface Props {
  readonly settings: Settings & { readonly enforceSso: boolean };
  readonly canChange: boolean;
  readonly update: (input: Settings) => Promise<ActionResult<unknown>>;
}

const words = (minutes: number) =>
  minutes % 1_440 === 0
    ? `${minutes / 1_440} ${minutes === 1_440 ? 'day' : 'days'}`
    : minutes % 60 === 0
      ? `${minutes / 60} ${minutes === 60 ? 'hour' : 'hours'}`
      : `${minutes} minutes`;

const options = (choices: readonly number[], current: number) =>
  [...new Set([...choices, current])]
    .sort((a, b) => a - b)
    .map((minutes) => ({ value: String(minutes), label: words(minutes) }));

const IDLE = [15, 30, 60, 240, 480, 1_440, 4_320];
const WHOLE = [60, 480, 720, 1_440, 10_080, 20_160];

export function SecurityForm({ settings, canChange, update }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [values, setValues] = useState<Settings>({
    requireSecondFactor: settings.requireSecondFactor,
    sessionIdleMinutes: settings.sessionIdleMinutes,
    sessionAbsoluteMinutes: settings.sessionAbsoluteMinutes,
  });
  const [isSaved, setSaved] = useState(false);
  const { failure, isPending, run } = useAction();
  const isChanged = (Object.keys(values) as (keyof Settings)[]).some((key) => values[key] !== settings[key]);
  const change = (part: Partial<Settings>) => {
    setSaved(false);
    setValues({ ...values, ...part });
  };
  return (
    <form
      className={ui.stack}
      style={{ maxWidth: 640 }}
      onSubmit={(event) => {
        event.preventDefault();
        run(
          () => confirmed(() => update(values)),
          () => {
            setSaved(true);
            router.refresh();
          },
        );
      }}
    >
      {failure.message && (
        <div className={ui.notice} data-tone="bad" role="alert">
          {failure.message}
        </div>
      )}
      <Panel title="Second factor" padded>
        <Switch
          label="Everybody needs one"
          description="Whoever has none adds one before they see anything, and their API tokens rest until then. Single sign-on counts as one: your identity provider asks for its own."
          checked={values.requireSecondFactor}
          disabled={!canChange}
          onChange={(event) => change({ requireSecondFactor: event.currentTarget.checked })}
        />
      </Panel>
      <Panel title="Sessions" padded>
        <div className={ui.stack} style={{ gap: 14 }}>
          <Select
            label="End a session that was not used for"
            data={options(IDLE, settings.sessionIdleMinutes)}
            value={String(values.sessionIdleMinutes)}
            error={failure.fields['sessionIdleMinutes']}
            disabled={!canChange}
            allowDeselect={false}
            onChange={(value) => change({ sessionIdleMinutes: Number(value) })}
          />
          <Select
            label="End every session after"
            data={options(WHOLE, settings.sessionAbsoluteMinutes)}
            value={String(values.sessionAbsoluteMinutes)}
            error={failure.fields['sessionAbsoluteMinutes']}
            disabled={!canChange}
            allowDeselect={false}
            onChange={(value) => change({ sessionAbsoluteMinutes: Number(value) })}
          />
          <p className={`${ui.small} ${ui.muted}`}>
            Both take effect with the next request of everybody. Your identity provider can end a session
            sooner.
          </p>
        </div>
      </Panel>
      <Panel title="Single sign-on" padded>
        <div className={ui.notice} style={{ border: 0, padding: 0 }}>
          <span>
            {settings.enforceSso ? <Badge tone="good">enforced</Badge> : <Badge>not enforced</Badge>}
          </span>
          <Link className={ui.link} href="/settings/sso">
            Settings of single sign-on
          </Link>
        </div>
      </Panel>
      {canChange && (
        <div style={{ display: 'flex', alignItems: 'center', gap: 12 }}>
          <button className={ui.button} data-kind="primary" disabled={isPending || !isChanged}>
            {isPending ? 'Saving' : 'Save'}
          </button>
          {isSaved && !isChanged && (
            <span className={`${ui.small} ${ui.muted}`} role="status">
              Saved.
            </span>
          )}
        </div>
      )}
    </form>
  );
}
