'use client';

import { Button, Popover, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import ui from '@/ui/ui.module.css';

interface Props {
  readonly queryText: string;
  readonly open: { readonly id: string; readonly name: string; readonly isChanged: boolean } | null;
  readonly create: (input: { name: string; query: string }) => Promise<ActionResult<{ id: string }>>;
  readonly update: (input: { viewId: string; query: string }) => Promise<ActionResult<{ id: string }>>;
}

export function SaveView({ queryText, open, create, update }: Props) {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();

  const settle = (result: ActionResult<{ id: string }>) => {
    if (!result.ok) {
      setMessage(result.error.fields?.['name'] ?? result.error.message);
      return;
    }
    setOpen(false);
    setName('');
    setMessage(null);
    router.push(`/overview?${queryText ? `${queryText}&` : ''}view=${result.data.id}`);
    router.refresh();
  };
  const saveAs = () => start(async () => settle(await create({ name, query: queryText })));
  const save = () =>
    start(async () => {
      if (open) settle(await update({ viewId: open.id, query: queryText }));
    });

  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={ui.button} onClick={() => setOpen(!isOpen)}>
          {open ? (open.isChanged ? 'Save changes' : 'Save as') : 'Save view'}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={ui.stack}
          style={{ gap: 10, padding: 10, width: 260 }}
          onSubmit={(event) => {
            event.preventDefault();
            saveAs();
          }}
        >
          {open?.isChanged && (
            <Button type="button" size="xs" onClick={save} loading={isPending}>
              Save to {open.name}
            </Button>
          )}
          <TextInput
            label={open ? 'Save as a new view' : 'Name of the view'}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={message}
            maxLength={80}
            data-autofocus
          />
          <Button
            type="submit"
            size="xs"
            loading={isPending}
            variant={open?.isChanged ? 'default' : 'filled'}
          >
            Save
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
