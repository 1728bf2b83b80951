import { operators } from '../../packages/engine/src/operators/registry.gen.ts';
import { transformers } from '../../packages/engine/src/transformers/registry.gen.ts';
import { code, type Page, page, prose, table } from './markdown.ts';

const right = { unary: 'nothing', number: 'a number', text: 'a text', list: 'a list in brackets' } as const;

/** Every operator and transformer. */
export function operatorsPage(): Page {
  return page(
    'operators.md',
    'Operators and transformers',
    'What conditions of rules compare with, and what they can make of a field before.',
    [
      '## Operators',
      'A list field passes when every value does (`every`), or one of them (`some`).',
      table(
        [
          'Operator',
          'Stands before',
          'Works on',
          'Lists',
          'oneof, anyof, allof',
          'Field on the right',
          'Meaning',
        ],
        operators.map(({ name, aliases = [], syntax, groups, lists, modifiers, fields, doc }) => [
          [name, ...aliases].map(code).join(' '),
          right[syntax],
          groups.join(', '),
          lists ?? '',
          modifiers ? 'yes' : '',
          fields ? 'yes' : '',
          prose(doc),
        ]),
      ),
      '## Transformers',
      table(
        ['Transformer', 'Meaning'],
        transformers.map(({ name, doc }) => [code(`${name}(…)`), prose(doc)]),
      ),
    ],
  );
}
