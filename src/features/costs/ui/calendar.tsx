'use client';

import '@mantine/dates/styles.css';
import { DatePicker } from '@mantine/dates';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

interface Props {
  readonly customHref: string;
  readonly range: { readonly start: string; readonly last: string };
  readonly bounds: { readonly first: string; readonly last: string };
  readonly close: () => void;
}

export function Calendar({ customHref, range, bounds, close }: Props) {
  const router = useRouter();
  const [days, setDays] = useState<[string | null, string | null]>([range.start, range.last]);
  return (
    <DatePicker
      type="range"
      size="sm"
      allowSingleDateInRange
      minDate={bounds.first}
      maxDate={bounds.last}
      defaultDate={range.last}
      value={days}
      onChange={(chosen) => {
        setDays(chosen);
        const [from, to] = chosen;
        if (!from || !to) return;
        close();
        router.push(customHref.replace('%7Bfrom%7D', from).replace('%7Bto%7D', to));
      }}
    />
  );
}
