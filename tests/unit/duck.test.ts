import { describe, expect, it } from 'vitest';
import { DuckError, DuckGone, withDuck } from '@/duck/duck';

const never = new AbortController().signal;

describe('the process that reads files', () => {
  it('says of a statement that it refuses what is wrong with it', async () => {
    await withDuck(never, async (duck) => {
      await expect(duck.run('select * from nothing')).rejects.toThrow(DuckError);
      expect(await duck.rows('select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  it('does not blame a file for the memory that it has not got', async () => {
    await withDuck(never, async (duck) => {
      const asked = duck.run(
        'create table large as select list(i) as all_of_them from range(200000000) t(i)',
      );
      await expect(asked).rejects.toThrow(DuckGone);
      await expect(asked).rejects.toThrow(/out of memory/i);
    });
  });

  it('is gone for whoever asks it after its end', async () => {
    await withDuck(never, async (duck) => {
      duck.end();
      await expect(duck.run('select 1')).rejects.toThrow(DuckGone);
    });
  });
});
