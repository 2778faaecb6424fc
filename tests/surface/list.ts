import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const APP = 'src/app';

export interface Listed {
  /** Such as `page /overview`, `GET /api/overview` or `action src/app/(app)/views/actions.ts#createViewAction`. */
  readonly key: string;
  readonly kind: 'page' | 'route' | 'action';
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(file) : [file];
  });
}

/** The address of a page or route file: groups in round brackets are not part of it. */
const addressOf = (file: string) =>
  path.posix
    .dirname(path.posix.relative(APP, file))
    .split('/')
    .filter((part) => part !== '.' && !/^\(.*\)$/.test(part))
    .reduce((whole, part) => `${whole}/${part}`, '') || '/';

function exportedNames(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  for (const statement of source.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      names.push(...statement.exportClause.elements.map((element) => element.name.text));
    }
    if (!isExported) continue;
    if (ts.isFunctionDeclaration(statement) && statement.name) names.push(statement.name.text);
    if (ts.isVariableStatement(statement)) {
      names.push(...statement.declarationList.declarations.map((declaration) => declaration.name.getText()));
    }
  }
  return names;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Everything that answers somebody: each page, each method of each route, each server action. From the source itself. */
export function listSurface(): Listed[] {
  const listed: Listed[] = [];
  for (const file of filesUnder('src').sort()) {
    if (file.startsWith(`${APP}/`) && /\/page\.[jt]sx?$/.test(file)) {
      listed.push({ key: `page ${addressOf(file)}`, kind: 'page' });
    } else if (file.startsWith(`${APP}/`) && /\/route\.[jt]sx?$/.test(file)) {
      for (const name of exportedNames(file).filter((one) => METHODS.includes(one))) {
        listed.push({ key: `${name} ${addressOf(file)}`, kind: 'route' });
      }
    } else if (
      /\.[jt]sx?$/.test(file) &&
      /^\s*(\/\/.*\n)*['"]use server['"]/.test(readFileSync(file, 'utf8'))
    ) {
      for (const name of exportedNames(file)) listed.push({ key: `action ${file}#${name}`, kind: 'action' });
    }
  }
  return listed;
}

/** Every address that the built server answers to, from the build itself; Next's own two pages for errors are left out. */
export function listBuilt(): string[] {
  const manifest = JSON.parse(readFileSync('.next/app-path-routes-manifest.json', 'utf8')) as Record<
    string,
    string
  >;
  return [...new Set(Object.values(manifest))]
    .filter((address) => !['/_not-found', '/_global-error'].includes(address))
    .sort();
}
