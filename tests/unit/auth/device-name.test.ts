import { describe, expect, it } from 'vitest';
import { knownDeviceName } from '@/features/auth/device-name';

describe('a device in a mail', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Microsoft Edge on Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    ['', 'an unknown browser'],
    ['curl/8.9.1', 'an unknown browser'],
  ])('is called by its browser and system: %s', (userAgent, name) => {
    expect(knownDeviceName(userAgent)).toBe(name);
  });

  it.each([
    'https://evil.example/1 x',
    'win at https://evil.example (CrOS evil)',
    'evil.example\r\nBcc: everybody/1.0 (Linux; evil.example)',
    'Mozilla/5.0 (evil.example; Linux) evil.example/9 evil.example',
    'evil.example '.repeat(10_000),
  ])('is never called what it calls itself: %s', (userAgent) => {
    expect(knownDeviceName(userAgent)).not.toMatch(/evil|Bcc|[\r\n]/);
  });
});
