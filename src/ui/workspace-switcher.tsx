'use client';

import { Menu } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import type { ActionResult } from './action-result';
import styles from './shell.module.css';

export interface ShellWorkspace {
  readonly id: string;
  readonly name: string;
}

interface Props {
  readonly current: ShellWorkspace;
  readonly workspaces: readonly ShellWorkspace[];
  readonly switchTo: (input: { workspaceId: string }) => Promise<ActionResult<unknown>>;
}

/** The open workspace, and for whoever belongs to several, the way to the others. */
export function WorkspaceSwitcher({ current, workspaces, switchTo }: Props) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const mark = (
    <>
      <span className={styles.mark}>B</span>
      <span>{current.name}</span>
    </>
  );
  if (workspaces.length < 2) return <span className={styles.workspace}>{mark}</span>;
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <button
          type="button"
          className={`${styles.workspace} ${styles.switcher}`}
          aria-label={`Workspace: ${current.name}`}
          disabled={isPending}
        >
          {mark}
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M3 4.5 6 7.5 9 4.5" fill="none" stroke="currentColor" strokeWidth="1.4" />
          </svg>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {workspaces.map((workspace) => (
          <Menu.Item
            key={workspace.id}
            {...(workspace.id === current.id ? { 'aria-current': true } : {})}
            onClick={() =>
              start(async () => {
                if (workspace.id === current.id) return;
                const result = await switchTo({ workspaceId: workspace.id });
                if (result.ok) router.replace('/overview');
                router.refresh();
              })
            }
          >
            {workspace.name}
            {workspace.id === current.id ? ' ✓' : ''}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
