'use client';

import { Menu } from '@mantine/core';
import ui from '@/ui/ui.module.css';
import type { MemberLine } from './types';
import { seesAllAlways } from './words';

interface Props {
  readonly member: MemberLine;
  readonly isOwner: boolean;
  readonly hasAccounts: boolean;
  readonly isPending: boolean;
  readonly onLimit: () => void;
  readonly onTransfer: () => void;
  readonly onRemove: () => void;
}

export function MemberMenu({
  member,
  isOwner,
  hasAccounts,
  isPending,
  onLimit,
  onTransfer,
  onRemove,
}: Props) {
  const canLimit = !seesAllAlways(member.role) && (hasAccounts || member.managed?.accounts);
  const canTransfer = isOwner && !member.deactivated;
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <button
          type="button"
          className={ui.button}
          data-kind="plain"
          disabled={isPending}
          aria-label={`Actions for ${member.name}`}
        >
          {isPending ? 'Saving' : '…'}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {canLimit && (
          <Menu.Item onClick={onLimit}>
            {member.managed?.accounts ? 'Change their accounts' : 'Limit to some accounts'}
          </Menu.Item>
        )}
        {canTransfer && <Menu.Item onClick={onTransfer}>Hand the workspace over</Menu.Item>}
        <Menu.Item onClick={onRemove} style={{ color: 'var(--up)' }}>
          Remove from the workspace
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
