import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DuckError, DuckGone, withDuck, withDucks } from '@/duck/duck';

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

const nameOf = `select current_setting('temp_directory') as spill`;

describe('a process that reads one file after the other', () => {
  it('has nothing of the work before: no table, and no way into its directory', async () => {
    await withDucks(never, async (ducks) => {
      const before = await ducks.lend(async (duck) => {
        await duck.run('create table left_behind as select 1 as one');
        await duck.run(`copy left_behind to '${duck.directory}/mine.csv'`);
        return duck.directory;
      });
      expect(existsSync(before)).toBe(false);
      await ducks.lend(async (duck) => {
        expect(duck.directory).not.toBe(before);
        expect(await duck.rows(nameOf)).toEqual([{ spill: `${duck.directory}/spill` }]);
        await expect(duck.run('select * from left_behind')).rejects.toThrow(/does not exist/);
        await expect(duck.run(`copy (select 1) to '${before}/again.csv'`)).rejects.toThrow(DuckError);
      });
    });
  });

  it('is gone for whoever has given it back, and serves the next while the first goes on', async () => {
    await withDucks(never, async (ducks) => {
      await ducks.lend(async (first) => {
        first.end();
        await ducks.lend(async (second) => {
          await expect(first.run('select 1')).rejects.toThrow(DuckGone);
          expect(await second.rows('select 2 as two')).toEqual([{ two: 2 }]);
        });
        expect(existsSync(first.directory)).toBe(true);
      });
    });
  });

  it('is another one after one has failed', async () => {
    await withDucks(never, async (ducks) => {
      const failing = ducks.lend(async (duck) => duck.run('select * from nothing'));
      await expect(failing).rejects.toThrow(DuckError);
      expect(await ducks.lend((duck) => duck.rows('select 1 as one'))).toEqual([{ one: 1 }]);
    });
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    await withDucks(stop.signal, async (ducks) => {
      const long = ducks.lend(async (duck) => duck.run('select count(*) from range(100000000000) t(i)'));
      setTimeout(() => stop.abort(), 1_500);
      await expect(long).rejects.toThrow();
      await expect(ducks.lend((duck) => duck.run('select 1'))).rejects.toThrow();
    });
  });
});
