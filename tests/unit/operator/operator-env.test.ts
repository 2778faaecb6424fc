import { readFileSync } from 'node:fs';
import { parseEnv as parseDotEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operatorFrom, operatorVariables } from '@/operator/operator-env';

const Variables = z.object(operatorVariables);
const read = (source: Record<string, string>) => operatorFrom(Variables.parse(source));

function faultOf(source: Record<string, string>): string {
  const parsed = Variables.safeParse(source);
  return parsed.success
    ? ''
    : parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('\n');
}

const mailer = { name: 'Mailer', purpose: 'Sends mail', location: 'Ireland', since: '2027-01-31' };
const list = (...entries: unknown[]) => ({ OPERATOR_SUBPROCESSORS: JSON.stringify(entries) });

describe('the operator', () => {
  it('says nothing where nothing is set', () => {
    const { subprocessors, ...facts } = read({});
    expect(subprocessors).toEqual([]);
    expect(Object.values(facts).every((fact) => fact === null)).toBe(true);
  });

  it('is what was set, and cannot be changed afterwards', () => {
    const operator = read({
      OPERATOR_NAME: ' Acme Ltd ',
      OPERATOR_SECURITY_EMAIL: 'security@acme.example',
      OPERATOR_SECURITY_URL: 'https://acme.example/report',
      ...list(mailer),
    });
    expect(operator).toMatchObject({
      name: 'Acme Ltd',
      securityEmail: 'security@acme.example',
      securityUrl: 'https://acme.example/report',
      privacyEmail: null,
      subprocessors: [mailer],
    });
    for (const part of [operator, operator.subprocessors, operator.subprocessors[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it.each([
    ['OPERATOR_SECURITY_EMAIL', 'security at acme', 'must be an email address'],
    ['OPERATOR_PRIVACY_EMAIL', 'a@b.example\nContact: mailto:evil@evil.example', 'must be an email address'],
    ['OPERATOR_SECURITY_URL', 'http://acme.example', 'must be an https address'],
    ['OPERATOR_PGP_URL', 'javascript:alert(1)', 'must be an https address'],
    ['OPERATOR_NAME', 'Acme\nLtd', 'must be one line of text'],
    ['OPERATOR_NAME', 'a'.repeat(101), 'must have at most 100 characters'],
  ])('refuses %s where it is %j', (name, value, words) => {
    expect(faultOf({ [name]: value })).toBe(`${name}: ${words}`);
  });

  it('keeps no line break in an address, which would begin a field of its own in security.txt', () => {
    const source = { OPERATOR_SECURITY_URL: 'https://acme.example/\nPolicy: https://evil.example' };
    const kept = faultOf(source) ? '' : read(source).securityUrl;
    expect(kept).not.toMatch(/\s/);
  });

  it.each([
    ['no JSON', 'Mailer, Ireland', 'must be a JSON list'],
    ['JSON that is no list', '{"name":"Mailer"}', 'must be a JSON list'],
    ['a list of names', '["Mailer"]', 'entry 1: takes name, purpose, location and since'],
    [
      'an entry without a day',
      JSON.stringify([mailer, { ...mailer, since: undefined }]),
      'entry 2: since must be a day',
    ],
    [
      'a day that does not exist',
      JSON.stringify([{ ...mailer, since: '2027-02-31' }]),
      'entry 1: since must be a day',
    ],
    [
      'an entry without a purpose',
      JSON.stringify([{ ...mailer, purpose: ' ' }]),
      'entry 1: purpose is missing',
    ],
    ['an entry with more than it takes', JSON.stringify([{ ...mailer, hunter2: 1 }]), 'entry 1: takes name'],
  ])('says what is wrong with %s, and how it looks when it is right', (_, value, words) => {
    const fault = faultOf({ OPERATOR_SUBPROCESSORS: value });
    expect(fault).toContain(`OPERATOR_SUBPROCESSORS: ${words}`);
    expect(fault).toContain('"since"');
    expect(fault).not.toMatch(/hunter2|Ireland/);
  });

  it('is explained in .env.example, variable by variable', () => {
    const explained = Object.keys(parseDotEnv(readFileSync('.env.example', 'utf8')));
    expect(explained.filter((name) => name.startsWith('OPERATOR_')).sort()).toEqual(
      Object.keys(operatorVariables).sort(),
    );
  });
});
