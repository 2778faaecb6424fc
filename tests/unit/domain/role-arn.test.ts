import { describe, expect, it } from 'vitest';
import { isAccountId, parseRoleArn } from '@/domain/role-arn';

describe('parseRoleArn', () => {
  it.each([
    ['arn:aws:iam::447188201936:role/BelvedereReadOnly', 'aws', 'BelvedereReadOnly'],
    ['arn:aws:iam::447188201936:role/some/path/Name', 'aws', 'some/path/Name'],
    ['arn:aws-us-gov:iam::447188201936:role/R', 'aws-us-gov', 'R'],
    ['arn:aws-cn:iam::447188201936:role/R', 'aws-cn', 'R'],
    ['arn:aws:iam::447188201936:role/a_b+c=d,e.f@g-h', 'aws', 'a_b+c=d,e.f@g-h'],
    [`arn:aws:iam::447188201936:role/${'r'.repeat(512)}`, 'aws', 'r'.repeat(512)],
  ])('T12 takes %s apart', (arn, partition, name) => {
    expect(parseRoleArn(arn)).toEqual({ arn, partition, accountId: '447188201936', name });
  });

  it.each([
    ['nothing', ''],
    ['a name alone', 'BelvedereReadOnly'],
    ['no name', 'arn:aws:iam::447188201936:role/'],
    ['a name that is too long', `arn:aws:iam::447188201936:role/${'r'.repeat(513)}`],
    ['a user', 'arn:aws:iam::447188201936:user/admin'],
    ['a group', 'arn:aws:iam::447188201936:group/admins'],
    ['a policy', 'arn:aws:iam::447188201936:policy/P'],
    ['the root', 'arn:aws:iam::447188201936:root'],
    ['an assumed role', 'arn:aws:sts::447188201936:assumed-role/R/session'],
    ['a federated user', 'arn:aws:sts::447188201936:federated-user/x'],
    ['an instance profile', 'arn:aws:iam::447188201936:instance-profile/R'],
    ['another service', 'arn:aws:s3::447188201936:role/R'],
    ['a region', 'arn:aws:iam:us-east-1:447188201936:role/R'],
    ['another partition', 'arn:aws-iso:iam::447188201936:role/R'],
    ['letters of another case', 'ARN:aws:iam::447188201936:role/R'],
    ['an account of eleven digits', 'arn:aws:iam::44718820193:role/R'],
    ['an account of thirteen digits', 'arn:aws:iam::4471882019360:role/R'],
    ['an account in other digits', 'arn:aws:iam::４４７１８８２０１９３６:role/R'],
    ['a line break after it', 'arn:aws:iam::447188201936:role/R\n'],
    ['a line break in it', 'arn:aws:iam::447188201936:role/R\nx'],
    ['a carriage return after it', 'arn:aws:iam::447188201936:role/R\r'],
    ['a blank before it', ' arn:aws:iam::447188201936:role/R'],
    ['a blank in it', 'arn:aws:iam::447188201936:role/R x'],
    ['a tab', 'arn:aws:iam::447188201936:role/R\tx'],
    ['a null byte', 'arn:aws:iam::447188201936:role/R\u0000'],
    ['a letter that looks like another', 'arn:aws:iam::447188201936:role/Вelvedere'],
    ['a zero-width space', 'arn:aws:iam::447188201936:role/R\u200b'],
    ['a wildcard', 'arn:aws:iam::447188201936:role/*'],
    ['a query', 'arn:aws:iam::447188201936:role/R?x'],
    ['another ARN behind it', 'arn:aws:iam::447188201936:role/Rarn:aws:iam::111122223333:role/R'],
  ])('T12 refuses %s', (_, text) => {
    expect(parseRoleArn(text)).toBeNull();
  });

  it.each([
    ['447188201936', true],
    ['000000000001', true],
    ['44718820193', false],
    ['447188201936\n', false],
    ['４４７１８８２０１９３６', false],
    ['44718820193a', false],
  ])('isAccountId(%j) is %s', (text, expected) => {
    expect(isAccountId(text)).toBe(expected);
  });
});
