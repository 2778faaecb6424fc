import Bowser from 'bowser';

/** Such as "Firefox on Linux". A browser that is not known is called what it calls itself. */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device';
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name || 'Unknown browser', os.name && `on ${os.name}`].filter(Boolean).join(' ');
}

/** As much of it as a session keeps. */
const LENGTH_MAX = 300;

const known = (map: Record<string, string>, name: string | undefined) =>
  name !== undefined && Object.values(map).includes(name) ? name : null;

/** The same in our own words alone: a browser can call itself anything, which no mail of ours repeats. */
export function knownDeviceName(userAgent: string): string {
  const { browser, os } = Bowser.parse(userAgent.slice(0, LENGTH_MAX) || 'unknown');
  const system = known(Bowser.OS_MAP, os.name);
  return `${known(Bowser.BROWSER_MAP, browser.name) ?? 'an unknown browser'}${system ? ` on ${system}` : ''}`;
}
