const withNext = (path: string, query: Readonly<Record<string, string>>) => {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
};

/** Paths that begin a sign-in. They answer with a redirect, so link to them with a plain anchor and never prefetch. */
export const signInUrl = (workspaceId: string, connectionId: string, next?: string): string =>
  withNext(`/sso/${workspaceId}/${connectionId}/start`, next ? { next } : {});

export const testUrl = (workspaceId: string, connectionId: string): string =>
  withNext(`/sso/${workspaceId}/${connectionId}/start`, { purpose: 'test' });

/** Asks the identity provider to ask the person again, and comes back to `next`, a path of ours. */
export const stepUpUrl = (workspaceId: string, connectionId: string, next: string): string =>
  withNext(`/sso/${workspaceId}/${connectionId}/start`, { purpose: 'step-up', next });
