'use client';

import { Popover } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import ui from './ui.module.css';

interface Props {
  /** What the menu is of, read out before what is chosen. */
  readonly name: string;
  /** What is chosen now. */
  readonly label: string;
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a panel below itself; Escape closes it and goes back to the button. */
export function MenuButton({ name, label, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={ui.button}
          aria-label={name === label ? name : `${name}: ${label}`}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {label} <span aria-hidden="true">⌄</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>{children(() => setOpen(false))}</Popover.Dropdown>
    </Popover>
  );
}
