'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

const places = [
  { href: '/staff', label: 'Workspaces' },
  { href: '/staff/review', label: 'Review' },
];

export function DeskNav() {
  const pathname = usePathname();
  return (
    <nav aria-label="Staff">
      {places.map(({ href, label }) => (
        <Link key={href} href={href} {...(pathname === href ? { 'aria-current': 'page' as const } : {})}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
