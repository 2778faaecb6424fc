'use client';

import ui from '@/ui/ui.module.css';
import { Empty } from '@/ui/panel';

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <Empty
      title="Something went wrong"
      action={
        <button type="button" className={ui.button} onClick={reset}>
          Try again
        </button>
      }
    >
      Nothing was changed. If it stays like this, tell the operator.
    </Empty>
  );
}
