// Writes docs/reference from the registries. Usage: node tools/gen-docs.ts [--check]
// --check: writes nothing, and ends with 1 where a page is missing, stale or left over.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyzersPage } from './docs/analyzers.ts';
import { commandsPage } from './docs/commands.ts';
import { destinationsPage } from './docs/destinations.ts';
import { errorsPage } from './docs/errors.ts';
import { eventsPage } from './docs/events.ts';
import { fieldsPage } from './docs/fields.ts';
import { operatorsPage } from './docs/operators.ts';

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));
const onlyCheck = process.argv.includes('--check');

mkdirSync(folder, { recursive: true });
const pages = [
  analyzersPage(),
  commandsPage(),
  destinationsPage(),
  errorsPage(),
  eventsPage(),
  fieldsPage(),
  operatorsPage(),
];
const stale = pages.filter(({ file, text }) => currentText(file) !== text);
const leftOver = readdirSync(folder).filter((file) => !pages.some((page) => page.file === file));

if (onlyCheck) {
  for (const file of [...stale.map((page) => page.file), ...leftOver]) {
    console.error(`error: docs/reference/${file} is stale`);
  }
  if (stale.length + leftOver.length > 0) {
    console.error('hint: Run node tools/gen-docs.ts and commit what it writes.');
    process.exitCode = 1;
  }
} else {
  for (const { file, text } of stale) {
    writeFileSync(folder + file, text);
  }
  for (const file of leftOver) {
    rmSync(folder + file);
  }
}

function currentText(file: string): string | null {
  return existsSync(folder + file) ? readFileSync(folder + file, 'utf8') : null;
}
