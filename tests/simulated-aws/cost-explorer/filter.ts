import { isObject } from '../http/aws-request';
import { readDimension, readTag, validationException } from './dimensions';
import type { Series } from './series';

export type Predicate = (series: Series, accountId: string) => boolean;

const MATCH_OPTIONS = new Set([
  'EQUALS',
  'CASE_SENSITIVE',
  'CASE_INSENSITIVE',
  'STARTS_WITH',
  'ENDS_WITH',
  'CONTAINS',
  'ABSENT',
]);

type Matcher = (value: string) => boolean;

function readMatcher(values: unknown, options: unknown): Matcher {
  const wanted: unknown[] = Array.isArray(values) ? values : [];
  const chosen: unknown[] = Array.isArray(options) ? options : ['EQUALS'];
  const unknown = chosen.find((option) => typeof option !== 'string' || !MATCH_OPTIONS.has(option));
  if (unknown !== undefined) throw validationException(`Match option ${String(unknown)} is not supported`);
  if (chosen.includes('ABSENT')) return (value) => value === '';
  if (wanted.length === 0) throw validationException('Values must not be empty');
  const fold = chosen.includes('CASE_INSENSITIVE')
    ? (text: string) => text.toLowerCase()
    : (text: string) => text;
  const texts = wanted.map((value) => fold(String(value)));
  if (chosen.includes('STARTS_WITH')) return (value) => texts.some((text) => fold(value).startsWith(text));
  if (chosen.includes('ENDS_WITH')) return (value) => texts.some((text) => fold(value).endsWith(text));
  if (chosen.includes('CONTAINS')) return (value) => texts.some((text) => fold(value).includes(text));
  const set = new Set(texts);
  return (value) => set.has(fold(value));
}

function leaf(value: unknown): { key: unknown; matches: Matcher } {
  if (!isObject(value)) throw validationException('Expression is malformed');
  return { key: value.Key, matches: readMatcher(value.Values, value.MatchOptions) };
}

function compileList(value: unknown, name: string): Predicate[] {
  if (!Array.isArray(value) || value.length < 2) {
    throw validationException(`${name} expression must have at least 2 operands`);
  }
  return value.map(compileFilter);
}

/** Turns a CE expression into a test of one series; an expression has exactly one root. */
export function compileFilter(expression: unknown): Predicate {
  if (!isObject(expression)) throw validationException('Expression is malformed');
  const roots = Object.keys(expression);
  const root = roots[0];
  if (roots.length !== 1 || root === undefined) {
    throw validationException('Expression should have exactly one root');
  }
  const value = expression[root];
  switch (root) {
    case 'And': {
      const parts = compileList(value, 'And');
      return (series, accountId) => parts.every((part) => part(series, accountId));
    }
    case 'Or': {
      const parts = compileList(value, 'Or');
      return (series, accountId) => parts.some((part) => part(series, accountId));
    }
    case 'Not': {
      const part = compileFilter(value);
      return (series, accountId) => !part(series, accountId);
    }
    case 'Dimensions': {
      const { key, matches } = leaf(value);
      const read = readDimension(key);
      return (series, accountId) => matches(read(series, accountId));
    }
    case 'Tags': {
      const { key, matches } = leaf(value);
      const read = readTag(key);
      return (series) => matches(read(series));
    }
    case 'CostCategories': {
      // Names and values of cost categories are told; that costs are asked for by them is not simulated: nothing belongs to any.
      const { matches } = leaf(value);
      return () => matches('');
    }
    default:
      throw validationException(`Unknown expression ${root}`);
  }
}
