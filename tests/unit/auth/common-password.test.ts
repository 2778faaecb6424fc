import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, it } from 'vitest';
import { isCommonPassword } from '@/features/auth/common-password';
import { hashPassword, verifyPassword } from '@/features/auth/password';
import { newPassword } from '@/features/auth/schemas';

const ADA = ['Ada Lovelace', 'ada.lovelace@analytical-engine.example'];

describe('a password that is guessed first', () => {
  it.each([
    ['is on the list', 'unbelievable'],
    ['is on the list, whatever its case', 'UnBelieVable'],
    ['has digits behind it', 'Password1234'],
    ['has signs around it', '!!!sunshine!!!'],
    ['is written in leet', 'p@ssw0rd'],
    ['is written in leet, with digits behind it', 'P@$$w0rd2027'],
    ['is a word twice over', 'dragondragon'],
    ['is a word thrice over, and digits', 'MonkeyMonkeyMonkey99'],
    ['is one character', 'aaaaaaaaaaaaaa'],
    ['is a run upwards', '123456789012'],
    ['is a run from the middle', '567890123456'],
    ['is a run downwards', '987654321098'],
    ['is a run of letters', 'abcdefghijklm'],
    ['is digits and signs alone', '2027-03-18-10'],
    ['is the name of what it opens', 'Belvedere2027!'],
    ['is written in other forms of letters', 'ｐａｓｓｗｏｒｄ１２３４'],
  ])('%s', (_, password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each([
    'Ada Lovelace',
    'lovelace2027',
    'LovelaceLovelace',
    'AdaLovelace1843',
    'ada.lovelace@analytical-engine.example',
    'analytical-engine',
    '1lovelace!!!',
  ])('is the person’s own: %s', (password) => {
    expect(isCommonPassword(password, ADA)).toBe(true);
  });

  it('knows every one of the list that is long enough', () => {
    const long = (dictionary['passwords-common'] as string[]).filter((one) => one.length >= 12);
    expect(long.length).toBeGreaterThan(100);
    for (const one of long) expect(isCommonPassword(one.toUpperCase()), one).toBe(true);
  });

  it('is known from a list that is all in lower case, which the look-up relies on', () => {
    const list = dictionary['passwords-common'] as string[];
    expect(list.length).toBeGreaterThan(40_000);
    expect(list.filter((one) => one !== one.toLowerCase())).toEqual([]);
  });
});

describe('a good password', () => {
  it.each([
    'seven purple lighthouses',
    'correct horse battery staple',
    'x7Kq!vR2pLm9',
    'Ada likes 3 quiet walks',
    'грузовик поёт на крыше',
    '静かな湖のほとりで歌う猫たち',
    'a password manager wrote this: 9f$Lq2',
  ])('is taken: %s', (password) => {
    expect(newPassword.safeParse(password).success).toBe(true);
    expect(isCommonPassword(password, ADA)).toBe(false);
  });

  it('has twelve to two hundred characters, of any kind', () => {
    expect(newPassword.safeParse('x'.repeat(11)).success).toBe(false);
    expect(newPassword.safeParse('x'.repeat(201)).success).toBe(false);
    expect(newPassword.safeParse(` ${'ä'.repeat(10)} `).success).toBe(true);
  });

  it('is judged in no time, also at its longest', () => {
    const started = performance.now();
    for (const unit of ['a', 'ab', 'ab1!', 'aA1!xyzw']) {
      isCommonPassword(`${unit.repeat(200).slice(0, 199)}!`, ADA);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('a stored password', () => {
  it('is a salted argon2id digest with OWASP’s costs', async () => {
    const [one, two] = await Promise.all([
      hashPassword('seven purple lighthouses'),
      hashPassword('seven purple lighthouses'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(two).not.toBe(one);
    expect(await verifyPassword(one, 'seven purple lighthouses')).toBe(true);
    expect(await verifyPassword(one, 'seven purple lighthouse')).toBe(false);
  });

  it('is told from none without saying so', async () => {
    expect(await verifyPassword(null, 'no account has this password')).toBe(false);
  });

  it('is not made of one that is guessed first, or of the person’s own name', async () => {
    await expect(hashPassword('password1234')).rejects.toThrow('guessed first');
    await expect(hashPassword('lovelace2027', ADA)).rejects.toThrow('guessed first');
  });
});
