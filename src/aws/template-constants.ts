// Apart from the catalogue, so that a client component can name the stack without shipping every action.

export const ROLE_NAME = 'BelvedereReadOnly';
export const STACK_NAME = 'Belvedere';
export const TEMPLATE_VERSION = 1;

/** How many reads the tests hold the catalogue against; see tests/fixtures/iam. */
export const REFUSED_READS = { sensitive: 332, personal: 20 } as const;
