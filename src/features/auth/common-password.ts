import { dictionary } from '@zxcvbn-ts/language-common';

// From @zxcvbn-ts/language-common (MIT): passwords that leaked most often, all in lower case.
let common: Set<string> | undefined;

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const unleet = (text: string) => text.replaceAll(/[013457@$!]/g, (character) => LEET[character] ?? character);

const lettersOf = (text: string) => text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** The shortest text that this one is a repetition of; itself where it repeats nothing. */
const unitOf = (text: string) => /^(.+?)\1+$/su.exec(text)?.[1] ?? text;

function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return (
    Math.abs(step) <= 1 &&
    // From 9 on to 0, and from 0 back to 9.
    codes.every((code, at) => at === 0 || (code - (codes[at - 1] ?? 0) - step) % 10 === 0)
  );
}

/**
 * True for a password that whoever guesses tries first: one of the common ones, also with digits or signs around it, written
 * in leet or twice over; a run such as 123456789012; or the person's own name or address.
 */
export function isCommonPassword(password: string, personal: readonly string[] = []): boolean {
  common ??= new Set(dictionary['passwords-common'] as string[]);
  const text = password.normalize('NFKC').toLowerCase();
  const forms = [text, unitOf(text), lettersOf(text), unitOf(lettersOf(text))];
  const all = new Set([...forms, ...forms.map(unleet), ...forms.map((form) => lettersOf(unleet(form)))]);
  const own = new Set(
    ['belvedere', ...personal]
      .flatMap((one) => [one, one.replaceAll(/\s/g, ''), ...one.split(/[\s@.]+/), ...one.split(/[\s@.+_-]+/)])
      .map((one) => one.toLowerCase())
      .filter((one) => one.length >= 3),
  );
  for (const form of all) {
    if (form.length < 4 || common.has(form) || own.has(form) || isSequence(form)) return true;
  }
  return false;
}
