import { format } from 'node:util';
import { afterEach } from 'vitest';

const complaints: string[] = [];

// What is meant to be said goes to the logger; a test that expects one of these replaces it with vi.spyOn.
for (const level of ['error', 'warn'] as const) {
  console[level] = (...parts: unknown[]) => {
    complaints.push(`console.${level}: ${format(...parts)}`);
  };
}

afterEach(() => {
  const found = complaints.splice(0);
  if (found.length > 0) throw new Error(`Nothing was expected on the console:\n${found.join('\n')}`);
});
