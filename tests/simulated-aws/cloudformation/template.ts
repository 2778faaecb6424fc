import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import { AwsError } from '../http/aws-error';
import { isObject } from '../http/aws-request';
import type { JsonObject } from '../http/aws-request';

export interface ParameterDefinition {
  name: string;
  type: string;
  description: string;
  defaultValue: string | undefined;
  allowedPattern: string | undefined;
  allowedValues: string[];
  minLength: number | undefined;
  maxLength: number | undefined;
  noEcho: boolean;
  constraintDescription: string | undefined;
}

export interface Template {
  description: string;
  parameters: ParameterDefinition[];
  conditions: JsonObject;
  rules: JsonObject;
  resources: Record<string, { type: string; condition: string | undefined; properties: unknown }>;
  outputs: Record<string, JsonObject>;
}

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
  'Rules',
]);
const PARAMETER_LIMIT = 200;
const RESOURCE_LIMIT = 500;
const OUTPUT_LIMIT = 200;
const DESCRIPTION_LIMIT = 1024;

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** `!Ref x` and `{Ref: x}` are the same thing; both end as the long form. */
function longForm(tag: string, value: unknown): unknown {
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') return { 'Fn::GetAtt': value.split('.') };
  return { [`Fn::${name}`]: value };
}

function toPlain(node: Node | null | undefined): unknown {
  if (isAlias(node))
    throw validationError('Template format error: YAML aliases are not allowed in CloudFormation templates');
  let value: unknown = null;
  if (isMap<Node, Node | null>(node)) {
    value = Object.fromEntries(
      node.items.map(({ key, value: child }) => [String(toPlain(key)), toPlain(child)]),
    );
  } else if (isSeq<Node>(node)) {
    value = node.items.map((item) => toPlain(item));
  } else if (isScalar(node)) {
    value = node.value;
  }
  const tag = node?.tag;
  return tag !== undefined && /^![A-Za-z]/.test(tag) ? longForm(tag, value) : value;
}

function parseText(text: string): unknown {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      throw validationError('Template format error: JSON not well-formed.');
    }
  }
  const document = parseDocument(text, { schema: 'core', logLevel: 'silent', uniqueKeys: true });
  const problem = document.errors[0];
  if (problem) {
    const line = problem.linePos?.[0].line ?? 0;
    throw validationError(`Template format error: YAML not well-formed. (line ${line})`);
  }
  return toPlain(document.contents);
}

function section(template: JsonObject, name: string): JsonObject {
  const value = template[name] ?? {};
  if (!isObject(value)) throw validationError(`Template format error: ${name} must be an object.`);
  return value;
}

function optionalText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function readParameter(name: string, value: unknown): ParameterDefinition {
  if (!isObject(value) || typeof value.Type !== 'string') {
    throw validationError(
      `Template format error: Every Parameters object must contain a Type attribute. (${name})`,
    );
  }
  if (!/^[A-Za-z0-9]{1,255}$/.test(name)) {
    throw validationError(`Template format error: Parameter name ${name} is non alphanumeric.`);
  }
  return {
    name,
    type: value.Type,
    description: optionalText(value.Description) ?? '',
    defaultValue: optionalText(value.Default),
    allowedPattern: optionalText(value.AllowedPattern),
    allowedValues: Array.isArray(value.AllowedValues) ? value.AllowedValues.map(String) : [],
    minLength: optionalNumber(value.MinLength),
    maxLength: optionalNumber(value.MaxLength),
    noEcho: value.NoEcho === true || value.NoEcho === 'true',
    constraintDescription: optionalText(value.ConstraintDescription),
  };
}

function atMost(count: number, limit: number, what: string): void {
  if (count > limit) {
    throw validationError(
      `Template format error: Number of ${what}, ${count}, is greater than maximum allowed, ${limit}`,
    );
  }
}

export function parseTemplate(text: string): Template {
  const raw = parseText(text);
  if (!isObject(raw)) throw validationError('Template format error: unsupported structure.');
  const unknown = Object.keys(raw).filter((name) => !SECTIONS.has(name));
  if (unknown.length > 0) {
    throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  }
  const description = optionalText(raw.Description) ?? '';
  if (Buffer.byteLength(description) > DESCRIPTION_LIMIT) {
    throw validationError(
      `Template format error: 'Description' length is greater than ${DESCRIPTION_LIMIT}.`,
    );
  }
  const resources = section(raw, 'Resources');
  if (Object.keys(resources).length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  const parameters = Object.entries(section(raw, 'Parameters')).map(([name, value]) =>
    readParameter(name, value),
  );
  const outputs = section(raw, 'Outputs') as Record<string, JsonObject>;
  atMost(parameters.length, PARAMETER_LIMIT, 'parameters');
  atMost(Object.keys(resources).length, RESOURCE_LIMIT, 'resources');
  atMost(Object.keys(outputs).length, OUTPUT_LIMIT, 'outputs');
  return {
    description,
    parameters,
    conditions: section(raw, 'Conditions'),
    rules: section(raw, 'Rules'),
    resources: Object.fromEntries(
      Object.entries(resources).map(([name, value]) => [name, readResource(name, value)]),
    ),
    outputs,
  };
}

function readResource(name: string, value: unknown): Template['resources'][string] {
  if (!isObject(value) || typeof value.Type !== 'string') {
    throw validationError(
      `Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`,
    );
  }
  return { type: value.Type, condition: optionalText(value.Condition), properties: value.Properties ?? {} };
}
