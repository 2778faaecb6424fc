import { fillBillTables } from './bill-tables';
import type { BilledAccount } from './bill-tables';
import { openDuck } from './duck-tables';
import { rowsOf, writeMonth } from './write-files';
import type { MonthRequest, WrittenFile } from './write-files';

export interface WrittenMonth {
  files: WrittenFile[];
  columns: { name: string; type: string }[];
}

/** Writes months of one bill. */
export interface BillWriter {
  write(request: Omit<MonthRequest, 'accounts'>): Promise<WrittenMonth>;
  close(): Promise<void>;
}

/** Opens a bill of these accounts; what it spills stays in `directory` until it is closed. */
export async function openBill(directory: string, accounts: readonly BilledAccount[]): Promise<BillWriter> {
  const duck = await openDuck(directory, 1);
  await fillBillTables(duck.connection, accounts);
  return {
    write: async (request) => {
      const files = await writeMonth(duck.connection, { ...request, accounts });
      const shape = await duck.connection.runAndReadAll(`describe ${rowsOf(request)}`);
      return {
        files,
        columns: shape.getRows().map(([name, type]) => ({ name: String(name), type: String(type) })),
      };
    },
    close: duck.close,
  };
}
