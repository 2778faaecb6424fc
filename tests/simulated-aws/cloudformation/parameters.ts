import { validationError } from './template';
import type { ParameterDefinition, Template } from './template';

const VALUE_LIMIT = 4096;

/** The parameter list of the query protocol: `Parameters.member.N.ParameterKey` and `…Value`. */
export function readGivenParameters(
  form: URLSearchParams,
  previous: Readonly<Record<string, string>> = {},
): Map<string, string> {
  const given = new Map<string, string>();
  for (const [key, name] of form) {
    const match = /^Parameters\.member\.(\d+)\.ParameterKey$/.exec(key);
    if (!match) continue;
    const value = form.get(`Parameters.member.${match[1]}.ParameterValue`);
    if (given.has(name)) throw validationError(`Parameters: [${name}] are duplicated`);
    const keeps = form.get(`Parameters.member.${match[1]}.UsePreviousValue`) === 'true';
    const chosen = keeps ? previous[name] : value;
    if (chosen !== undefined && chosen !== null) given.set(name, chosen);
  }
  return given;
}

function checkValue(definition: ParameterDefinition, value: string): void {
  const { name, allowedPattern, allowedValues, minLength, maxLength, constraintDescription } = definition;
  const fail = (problem: string): Error =>
    validationError(
      constraintDescription
        ? `Parameter ${name} failed to satisfy constraint: ${constraintDescription}`
        : problem,
    );
  if (Buffer.byteLength(value) > VALUE_LIMIT) {
    throw validationError(`Parameter ${name} must have a length of at most ${VALUE_LIMIT} bytes`);
  }
  if (minLength !== undefined && value.length < minLength) {
    throw fail(`Parameter ${name} must contain at least ${minLength} characters`);
  }
  if (maxLength !== undefined && value.length > maxLength) {
    throw fail(`Parameter ${name} must contain at most ${maxLength} characters`);
  }
  if (allowedValues.length > 0 && !allowedValues.includes(value)) {
    throw fail(`Parameter ${name} must be one of AllowedValues`);
  }
  if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(value)) {
    throw fail(`Parameter ${name} must match pattern ${allowedPattern}`);
  }
  if (definition.type === 'Number' && !/^-?\d+(\.\d+)?$/.test(value)) {
    throw fail(`Parameter ${name} must be a number`);
  }
}

export function resolveParameters(
  template: Template,
  given: ReadonlyMap<string, string>,
): Record<string, string> {
  const known = new Set(template.parameters.map((definition) => definition.name));
  const unknown = [...given.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = template.parameters.filter(
    ({ name, defaultValue }) => !given.has(name) && defaultValue === undefined,
  );
  if (missing.length > 0) {
    throw validationError(`Parameters: [${missing.map(({ name }) => name).join(', ')}] must have values`);
  }
  const values: Record<string, string> = {};
  for (const definition of template.parameters) {
    const value = given.get(definition.name) ?? definition.defaultValue ?? '';
    checkValue(definition, value);
    values[definition.name] = value;
  }
  return values;
}
