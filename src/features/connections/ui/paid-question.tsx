'use client';

import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Badge, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import styles from './paid-question.module.css';

export interface Step {
  /** On the button that opens the dialog. */
  readonly label: string;
  readonly title: string;
  /** On the button that does it. */
  readonly confirm: string;
  readonly text: string;
  readonly run: () => Promise<ActionResult<unknown>>;
}

interface Props {
  readonly title: string;
  readonly note: string;
  readonly isOn: boolean;
  /** Why it is not up to date. */
  readonly problem: string | null;
  readonly about: ReactNode;
  /** What it costs, and what it brings. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** Null where there is nothing to agree to. */
  readonly ask: Step | null;
  readonly leave: Step;
  readonly canWrite: boolean;
}

/** Something that AWS bills for being asked: off until somebody has agreed to its price, and given up again. */
export function PaidQuestion(props: Props) {
  const { title, note, isOn, problem, about, facts, ask, leave, canWrite } = props;
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  const [open, setOpen] = useState<'ask' | 'leave' | null>(null);
  const steps = [
    ['ask', ask],
    ['leave', isOn ? leave : null],
  ] as const;
  return (
    <Panel title={title} note={note}>
      <div className={styles.body}>
        {isOn && problem && (
          <div className={ui.notice} data-tone="warning" role="alert">
            {problem}
          </div>
        )}
        {refusal && (
          <div className={ui.notice} data-tone="bad" role="alert">
            {refusal}
          </div>
        )}
        <p>
          {isOn && <Badge tone="good">On</Badge>} {about}
        </p>
        <dl className={`${ui.facts} ${styles.price}`}>
          {facts.map(([label, text]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        {canWrite && (
          <div className={styles.buttons}>
            {steps.map(
              ([name, step]) =>
                step && (
                  <button
                    key={name}
                    type="button"
                    className={ui.button}
                    disabled={isPending}
                    onClick={() => setOpen(name)}
                  >
                    {step.label}
                  </button>
                ),
            )}
          </div>
        )}
      </div>
      {steps.map(
        ([name, step]) =>
          step &&
          open === name && (
            <ConfirmDialog
              key={name}
              title={step.title}
              confirm={step.confirm}
              isDanger={name === 'leave'}
              onConfirm={() => run(step.run, { done: () => router.refresh() })}
              onClose={() => setOpen(null)}
            >
              {step.text}
            </ConfirmDialog>
          ),
      )}
    </Panel>
  );
}
