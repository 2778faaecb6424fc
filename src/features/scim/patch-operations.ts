import { attribute, isRecord, readPath, type JsonRecord, type Path } from './attributes';
import { ScimError } from './scim-error';

const OPERATIONS_MAX = 1_000;

/** One attribute that is to change. */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: Path;
  readonly value: unknown;
}

const syntax = (message: string) => new ScimError(400, 'invalidSyntax', message);

function readOp(value: unknown): Operation['op'] {
  const op = typeof value === 'string' ? value.toLowerCase() : '';
  if (op === 'add' || op === 'replace' || op === 'remove') return op;
  throw syntax('An operation is add, replace or remove.');
}

/** Without a path the value names the attributes, by paths too: Entra ID and Okta both do it. */
function spread(op: Operation['op'], value: unknown): Operation[] {
  if (op === 'remove') throw new ScimError(400, 'noTarget', 'To remove something, say what in path.');
  if (!isRecord(value)) throw syntax('An operation without a path has an object as its value.');
  return Object.entries(value).flatMap(([key, one]): Operation[] => {
    const path = readPath(key);
    return path ? [{ op, path, value: one }] : [];
  });
}

function readOperation(raw: unknown): Operation[] {
  if (!isRecord(raw)) throw syntax('An operation is an object.');
  const op = readOp(attribute(raw, 'op'));
  const path = attribute(raw, 'path');
  const value = attribute(raw, 'value');
  if (path === undefined || path === null || path === '') return spread(op, value);
  if (typeof path !== 'string') throw new ScimError(400, 'invalidPath', 'A path is a text.');
  if (op !== 'remove' && value === undefined) throw syntax(`The operation ${op} has no value.`);
  const read = readPath(path);
  return read ? [{ op, path: read, value }] : [];
}

/**
 * The operations of a PATCH (RFC 7644, 3.5.2), each with the one attribute that it changes. Attributes of schemas that we do
 * not keep are left out. Throws ScimError (invalidSyntax, invalidPath, noTarget).
 */
export function readOperations(body: JsonRecord): Operation[] {
  const operations = attribute(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) throw syntax('There are no Operations.');
  if (operations.length > OPERATIONS_MAX)
    throw syntax(`At most ${OPERATIONS_MAX} Operations are taken at once.`);
  return operations.flatMap(readOperation);
}
