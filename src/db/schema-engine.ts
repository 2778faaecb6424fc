import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

type Start = { __wbindgen_start(): void };
type Engine = { __wbg_set_wasm(exports: unknown): void; SchemaEngine: typeof SchemaEngine };

/** PrismaPg splits a script at every semicolon, also inside functions; PostgreSQL itself takes it whole, as one transaction. */
class WholeScriptPrismaPg extends PrismaPg {
  constructor(private readonly databaseUrl: string) {
    super({ connectionString: databaseUrl });
  }

  override async connect(): Promise<Awaited<ReturnType<PrismaPg['connect']>>> {
    const adapter = await super.connect();
    adapter.executeScript = async (script: string) => {
      const client = new pg.Client({ connectionString: this.databaseUrl });
      await client.connect();
      try {
        await client.query(script);
      } finally {
        await client.end();
      }
    };
    return adapter;
  }
}

async function instantiate(): Promise<typeof SchemaEngine> {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = await readFile(path.join(path.dirname(entry), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  });
  const engine = bindings as unknown as Engine;
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports as unknown as Start).__wbindgen_start();
  return engine.SchemaEngine;
}

// The bindings hold one instance for the whole process; starting a second would pull the first from under them.
let engineClass: Promise<typeof SchemaEngine> | undefined;

/** Prisma's own schema engine as WebAssembly: the CLI's binary would have to be downloaded. */
export async function openSchemaEngine(databaseUrl: string, schema: string): Promise<SchemaEngine> {
  engineClass ??= instantiate();
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScriptPrismaPg(databaseUrl));
  return (await engineClass).new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
}
