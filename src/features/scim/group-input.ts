import { attribute, isRecord, readText, type JsonRecord } from './attributes';
import { readOperations, type Operation } from './patch-operations';
import { invalidValue } from './scim-error';
import { valuesNamed } from './value-filter';

/** A step that changes who is in a group, in the order in which it was asked for. */
export type MemberStep =
  | { readonly kind: 'add' | 'remove' | 'set'; readonly userIds: readonly string[] }
  | { readonly kind: 'clear' };

export interface GroupChange {
  readonly displayName?: string;
  readonly externalId?: string | null;
  readonly members: readonly MemberStep[];
}

const ID_MAX = 64;

/** The ids in a list of members; Okta sends objects, and some send the id alone. */
function readMembers(value: unknown): string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    const id = isRecord(one) ? attribute(one, 'value') : one;
    if (typeof id !== 'string' || id === '' || id.length > ID_MAX) {
      throw invalidValue('Each member names a user by its id, in value.');
    }
    return id.toLowerCase();
  });
}

function readDisplayName(value: unknown): string {
  const name = readText('displayName', value);
  if (name === null) throw invalidValue('A group has a displayName.');
  return name;
}

/** A whole group, as POST and PUT send it. */
export function readGroup(body: JsonRecord): GroupChange & { readonly displayName: string } {
  const members = attribute(body, 'members');
  return {
    displayName: readDisplayName(attribute(body, 'displayName')),
    externalId: readText('externalId', attribute(body, 'externalId')),
    members: [
      { kind: 'set', userIds: members === undefined || members === null ? [] : readMembers(members) },
    ],
  };
}

function readStep({ op, path, value }: Operation): MemberStep {
  if (path.filter !== null) {
    const userIds = valuesNamed(path.filter, 'value').map((id) => id.toLowerCase());
    if (op === 'remove') return { kind: 'remove', userIds };
    throw invalidValue('Members are added and removed, not changed.');
  }
  if (op !== 'remove') return { kind: op === 'add' ? 'add' : 'set', userIds: readMembers(value) };
  // Entra ID names those who go in the value.
  const isAll = value === undefined || value === null;
  return isAll ? { kind: 'clear' } : { kind: 'remove', userIds: readMembers(value) };
}

/** The sum of a PATCH's operations. Attributes that we do not keep are passed over. Throws ScimError. */
export function readGroupPatch(body: JsonRecord): GroupChange {
  let change: GroupChange = { members: [] };
  for (const operation of readOperations(body)) {
    const { op, path, value } = operation;
    if (path.name === 'members') change = { ...change, members: [...change.members, readStep(operation)] };
    if (path.name === 'externalid') {
      change = { ...change, externalId: op === 'remove' ? null : readText('externalId', value) };
    }
    if (path.name === 'displayname') {
      change = { ...change, displayName: readDisplayName(op === 'remove' ? null : value) };
    }
  }
  return change;
}

/** Who is in the group after the steps. */
export function membersAfter(before: ReadonlySet<string>, steps: readonly MemberStep[]): Set<string> {
  const members = new Set(before);
  for (const step of steps) {
    if (step.kind === 'set' || step.kind === 'clear') members.clear();
    if (step.kind === 'add' || step.kind === 'set') for (const id of step.userIds) members.add(id);
    if (step.kind === 'remove') for (const id of step.userIds) members.delete(id);
  }
  return members;
}
