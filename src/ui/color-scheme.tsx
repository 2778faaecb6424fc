'use client';

import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useEffect, useState } from 'react';
import ui from './ui.module.css';

const CHOICES: readonly { value: MantineColorScheme; label: string }[] = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // The stored choice is only known in the browser.
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  return (
    <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
      {CHOICES.map(({ value, label }) => {
        const isOn = isMounted && colorScheme === value;
        return (
          <button
            key={value}
            type="button"
            className={ui.button}
            data-kind={isOn ? 'primary' : undefined}
            aria-pressed={isOn}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </button>
        );
      })}
    </div>
  );
}
