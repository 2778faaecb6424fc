import { copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExportFile, ExportSession } from '../../src/aws/port';
import { EXPORT_NAME, EXPORT_PREFIX } from '../../src/aws/render-export-template';

const root = `${EXPORT_PREFIX}/${EXPORT_NAME}`;

/**
 * The files of a directory (one folder a month, `BILLING_PERIOD=2026-11/…parquet`) as an export in S3, without the network: what is measured
 * is what Belvedere does with them.
 */
export async function localExport(directory: string): Promise<ExportSession> {
  const months = (await readdir(directory)).filter((name) => name.startsWith('BILLING_PERIOD=')).sort();
  const paths = new Map<string, string>();
  const files: ExportFile[] = [];
  const manifests = new Map<string, string>();
  for (const month of months) {
    const keys: string[] = [];
    for (const name of (await readdir(path.join(directory, month))).sort()) {
      const key = `${root}/data/${month}/${name}`;
      const { size, mtime } = await stat(path.join(directory, month, name));
      paths.set(key, path.join(directory, month, name));
      files.push({ key, etag: `"${size}-${mtime.getTime()}"`, bytes: size, modifiedAt: mtime });
      keys.push(key);
    }
    const key = `${root}/metadata/${month}/${EXPORT_NAME}-Manifest.json`;
    const text = JSON.stringify({ dataFiles: keys.map((one) => `s3://bench/${one}`) });
    manifests.set(key, text);
    files.push({ key, etag: '"manifest"', bytes: text.length, modifiedAt: new Date() });
  }
  return {
    listExports: async () => [
      {
        ...{ service: 'data-exports', arn: 'arn:bench', name: EXPORT_NAME, format: 'focus', bucket: 'bench' },
        ...{ prefix: EXPORT_PREFIX, region: 'us-east-1', problem: null },
      },
    ],
    listFiles: async () => files,
    async downloadFile(_location, file, to) {
      const manifest = manifests.get(file.key);
      if (manifest === undefined) await copyFile(paths.get(file.key) ?? '', to);
      else await writeFile(to, manifest);
    },
  };
}
