'use client';

import { useMounted } from '@mantine/hooks';

interface Props {
  readonly label: string;
  readonly className: string | undefined;
}

/**
 * The button of a form that signs out. Before the script runs the browser would send the form by itself, and then goes to no
 * identity provider, since forms may lead to us alone (form-action).
 */
export function SignOutButton({ label, className }: Props) {
  const isReady = useMounted();
  return (
    <button type="submit" className={className} disabled={!isReady}>
      {label}
    </button>
  );
}
