'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { resourcesHref, withParam } from './address';
import styles from './resources.module.css';

const SETTLE_MS = 300;

/** Searches while one types; without scripts, on Enter. What is looked for stands in the address. */
export function SearchField({ search, text }: { search: string; text: string }) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  const asked = useRef(search);
  const [typed, setTyped] = useState(search);

  // What was typed before the script ran.
  useEffect(() => {
    if (field.current) setTyped(field.current.value);
  }, []);

  // Another address may look for something else; what is being typed goes before it.
  useEffect(() => {
    if (search === asked.current || document.activeElement === field.current) return;
    asked.current = search;
    setTyped(search);
  }, [search]);

  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = wanted;
      router.replace(resourcesHref(withParam(text, 'q', wanted || null)), { scroll: false });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, text, router]);

  const others = [...new URLSearchParams(text)].filter(([name]) => name !== 'q');
  return (
    <form
      className={styles.search}
      action="/resources"
      role="search"
      onSubmit={(event) => event.preventDefault()}
    >
      {others.map(([name, value]) => (
        <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
      ))}
      <input
        ref={field}
        type="search"
        name="q"
        maxLength={200}
        aria-label="Find a resource by name or id"
        placeholder="Name or id"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </form>
  );
}
