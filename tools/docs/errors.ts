import { errorCodes } from '@lanner/core';
import { code, type Page, page, prose, table } from './markdown.ts';

/** Every code of an expected failure. */
export function errorsPage(): Page {
  const rows = Object.entries(errorCodes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return page(
    'errors.md',
    'Errors',
    'Failures that are to be expected, by their code. The command line tells them as `error:` and `hint:`, and ends ' +
      'with 1, or with 2 for `usage.invalid`. Anything else is a bug: it ends with 70, the stack, and a request to report it.',
    [
      table(
        ['Code', 'Meaning'],
        rows.map(([name, doc]) => [code(name), prose(doc)]),
      ),
    ],
  );
}
