'use client';

import { useState } from 'react';
import ui from './ui.module.css';

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className={ui.button}
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      }}
    >
      {isCopied ? 'Copied' : label}
    </button>
  );
}
