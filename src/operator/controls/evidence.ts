import { evidenceOfAccess } from './evidence-of-access';
import { evidenceOfMaking } from './evidence-of-making';
import { evidenceOfPeople } from './evidence-of-people';
import { evidenceOfRecord } from './evidence-of-record';

/** What the code does, where, and which test fails when it no longer does. */
export const evidence = {
  ...evidenceOfAccess,
  ...evidenceOfPeople,
  ...evidenceOfRecord,
  ...evidenceOfMaking,
};

export type EvidenceId = keyof typeof evidence;
