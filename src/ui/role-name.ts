const ROLE_NAMES: Readonly<Record<string, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  viewer: 'Viewer',
};

export const roleName = (role: string): string => ROLE_NAMES[role] ?? role;
