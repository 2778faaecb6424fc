import { isObject } from '../http/aws-request';
import type { JsonObject } from '../http/aws-request';
import { validationError } from './template';

export interface Scope {
  /** Values of parameters and pseudo parameters. */
  values: Record<string, string>;
  conditions: JsonObject;
  /** What `Ref` and `Fn::GetAtt` of a resource give. */
  resource(logicalId: string, attribute: string | undefined): string | undefined;
}

const NO_VALUE = Symbol('AWS::NoValue');

function refer(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return NO_VALUE;
  const value = Object.hasOwn(scope.values, name) ? scope.values[name] : scope.resource(name, undefined);
  if (value === undefined) {
    throw validationError(
      `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
    );
  }
  return value;
}

function attribute(path: string[], scope: Scope): string {
  const [logicalId = '', ...rest] = path;
  const value = scope.resource(logicalId, rest.join('.'));
  if (value === undefined) {
    throw validationError(
      `Template error: instance of Fn::GetAtt references undefined resource ${logicalId}`,
    );
  }
  return value;
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, extra] = Array.isArray(argument) ? (argument as [unknown, unknown]) : [argument, {}];
  const local = evaluate(extra ?? {}, scope);
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (isObject(local) && Object.hasOwn(local, name)) return String(local[name]);
    const known = Object.hasOwn(scope.values, name) || scope.resource(name, undefined) !== undefined;
    return String(known || !name.includes('.') ? refer(name, scope) : attribute(name.split('.'), scope));
  });
}

export function conditionHolds(name: string, scope: Scope): boolean {
  const definition = Object.hasOwn(scope.conditions, name) ? scope.conditions[name] : undefined;
  if (definition === undefined) {
    throw validationError(
      `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
    );
  }
  return Boolean(evaluate(definition, scope));
}

function list(argument: unknown, name: string): unknown[] {
  if (!Array.isArray(argument))
    throw validationError(`Template error: every ${name} object requires a list argument`);
  return argument;
}

function truth(value: unknown, scope: Scope): boolean {
  return Boolean(evaluate(value, scope));
}

const FUNCTIONS: Record<string, (argument: unknown, scope: Scope) => unknown> = {
  Ref: (argument, scope) => refer(String(argument), scope),
  Condition: (argument, scope) => conditionHolds(String(argument), scope),
  'Fn::Sub': substitute,
  'Fn::GetAtt': (argument, scope) =>
    attribute(Array.isArray(argument) ? argument.map(String) : String(argument).split('.'), scope),
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = list(argument, 'Fn::If');
    return evaluateRaw(conditionHolds(String(name), scope) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, 'Fn::Equals').map((side) => evaluate(side, scope));
    return String(left) === String(right);
  },
  'Fn::Not': (argument, scope) => !truth(list(argument, 'Fn::Not')[0], scope),
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((part) => truth(part, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((part) => truth(part, scope)),
  'Fn::Contains': (argument, scope) => {
    const [items, wanted] = list(argument, 'Fn::Contains').map((part) => evaluate(part, scope));
    return Array.isArray(items) && items.map(String).includes(String(wanted));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, 'Fn::Join');
    return (evaluate(parts, scope) as unknown[]).map(String).join(String(separator));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, 'Fn::Select').map((part) => evaluate(part, scope));
    return (items as unknown[])[Number(index)];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument, 'Fn::Split').map((part) => evaluate(part, scope));
    return String(text).split(String(separator));
  },
};

function evaluateRaw(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => evaluateRaw(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const only = keys.length === 1 ? keys[0] : undefined;
  const evaluateCall = only === undefined ? undefined : FUNCTIONS[only];
  // A policy's own "Condition" block is an object, never a condition's name.
  if (only !== undefined && evaluateCall && !(only === 'Condition' && typeof value[only] !== 'string')) {
    return evaluateCall(value[only], scope);
  }
  if (only?.startsWith('Fn::')) throw validationError(`Template error: unsupported function ${only}`);
  const entries = keys.map((key) => [key, evaluateRaw(value[key], scope)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
}

/** Resolves every function in a value; `AWS::NoValue` takes its property or list item away. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const result = evaluateRaw(value, scope);
  return result === NO_VALUE ? undefined : result;
}

/** A template's rules judge the parameters together, before anything is made. */
export function checkRules(rules: JsonObject, scope: Scope): void {
  for (const [name, rule] of Object.entries(rules)) {
    if (!isObject(rule)) throw validationError(`Template format error: Rule ${name} must be an object.`);
    if (rule.RuleCondition !== undefined && !truth(rule.RuleCondition, scope)) continue;
    for (const assertion of list(rule.Assertions, 'Assertions')) {
      if (!isObject(assertion) || truth(assertion.Assert, scope)) continue;
      throw validationError(
        `Template error: Rule ${name} failed: ${String(assertion.AssertDescription ?? '')}`,
      );
    }
  }
}
