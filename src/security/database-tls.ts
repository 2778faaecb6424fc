const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1', '[::1]'];

/** Where the driver connects to. A `host` in the query counts above the one in front, and the last of several counts. */
function hostOf(url: URL): string {
  const host = url.searchParams.getAll('host').at(-1) || url.hostname;
  return host.toLowerCase().replaceAll('%2f', '/');
}

/**
 * What is wrong with the way a PostgreSQL address is connected to, or null. A database on another machine is only
 * spoken to once its certificate was checked: that it comes from an authority that Node.js knows or `sslrootcert`
 * names, and that it was made for this host. Of the modes that `pg` 8 knows only `verify-full` goes on to mean that;
 * its successor makes the others weaker.
 */
export function databaseTlsFault(address: string): string | null {
  if (!URL.canParse(address)) return 'must be a postgresql:// address';
  const url = new URL(address);
  const host = hostOf(url);
  if (LOCAL_HOSTS.includes(host) || host.startsWith('/')) return null;
  if (host === '') return 'must name the host of the database';
  if (url.searchParams.getAll('sslmode').at(-1) === 'verify-full') return null;
  return (
    'must end in ?sslmode=verify-full, as its host is another machine; ' +
    'add &sslrootcert=/path/to/ca.pem where its authority is not a public one'
  );
}
