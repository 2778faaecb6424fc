'use client';

import { Button, Checkbox, Modal, Radio, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import type { Audience } from '../schemas';
import styles from './view-table.module.css';

export interface SharePerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export type ShareAction = (input: {
  viewId: string;
  audience: Audience;
  userIds: string[];
}) => Promise<ActionResult<void>>;

interface Props {
  readonly view: {
    readonly id: string;
    readonly name: string;
    readonly audience: Audience;
    readonly chosen: readonly string[];
    readonly createdBy: string;
  };
  readonly people: readonly SharePerson[];
  readonly share: ShareAction;
  readonly close: () => void;
}

/** Who sees a view. Its maker, owners and admins always do, so its maker is not among those to choose. */
export function ShareDialog({ view, people, share, close }: Props) {
  const router = useRouter();
  const [audience, setAudience] = useState<Audience>(view.audience);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(view.chosen));
  const [text, setText] = useState('');
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const others = people.filter((person) => person.id !== view.createdBy);
  const wanted = text.trim().toLowerCase();
  const found = others.filter((person) => `${person.name} ${person.email}`.toLowerCase().includes(wanted));
  const toggle = (id: string, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const save = () =>
    start(async () => {
      const userIds = others.filter((person) => chosen.has(person.id)).map((person) => person.id);
      const result = await share({
        viewId: view.id,
        audience,
        userIds: audience === 'chosen' ? userIds : [],
      });
      if (!result.ok) return setMessage(result.error.message);
      close();
      router.refresh();
    });
  return (
    <Modal opened onClose={close} title={`Share ${view.name}`} centered size={420}>
      <form
        className={styles.share}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Radio.Group
          label="Who sees this view"
          description="Who made it, owners and admins always do. What it shows each person follows what they may see."
          value={audience}
          onChange={(value) => setAudience(value === 'chosen' ? 'chosen' : 'workspace')}
        >
          <div className={styles.choices}>
            <Radio value="workspace" label="Everyone in the workspace" />
            <Radio value="chosen" label="Chosen people" />
          </div>
        </Radio.Group>
        {audience === 'chosen' && others.length === 0 && <p>There is nobody else in the workspace.</p>}
        {audience === 'chosen' && others.length > 0 && (
          <fieldset className={styles.people}>
            <legend>Chosen people</legend>
            {others.length > 8 && (
              <TextInput
                aria-label="Find a person"
                placeholder="Name or email address"
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
              />
            )}
            <div className={styles.list}>
              {found.map((person) => (
                <Checkbox
                  key={person.id}
                  label={person.name}
                  description={person.email}
                  checked={chosen.has(person.id)}
                  onChange={(event) => toggle(person.id, event.currentTarget.checked)}
                />
              ))}
              {found.length === 0 && <p>Nobody has this name.</p>}
            </div>
          </fieldset>
        )}
        {message && (
          <p className={styles.refused} role="alert">
            {message}
          </p>
        )}
        <div className={styles.buttons}>
          <Button type="button" variant="default" size="xs" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" size="xs" loading={isPending}>
            Share
          </Button>
        </div>
      </form>
    </Modal>
  );
}
