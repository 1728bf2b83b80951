/** What notices say of licences: all the phrases in the form of `wordsOf`, with spaces. */
interface Notice {
  readonly name: string;
  readonly phrases: readonly string[];
}

const gnuNames = [
  ['AGPL', 'gnu affero general public license', ['3']],
  ['LGPL', 'gnu lesser general public license', ['2 1', '3']],
  ['LGPL', 'gnu library general public license', ['2']],
  ['GPL', 'gnu general public license', ['1', '2', '3']],
] as const;

const gnuNotices: readonly Notice[] = gnuNames.flatMap(([id, words, versions]) =>
  versions.flatMap((version) => {
    const name = `${id}-${version.includes(' ') ? version.replace(' ', '.') : `${version}.0`}`;
    const published = `${words} as published by the free software foundation`;
    return [
      { name, phrases: [`${published} either version ${version} `] },
      { name, phrases: [`${published} version ${version} `] },
      { name, phrases: [`${words} version ${version} as published by`] },
    ];
  }),
);

const notices: readonly Notice[] = [
  ...gnuNotices,
  { name: 'Apache-2.0', phrases: ['licensed under the apache license version 2 0 '] },
  { name: 'MPL-2.0', phrases: ['subject to the terms of the mozilla public license v 2 0 '] },
  { name: 'MPL-1.1', phrases: ['subject to the mozilla public license version 1 1 '] },
  { name: 'EPL-1.0', phrases: ['terms of the eclipse public license v1 0 '] },
  { name: 'EPL-2.0', phrases: ['terms of the eclipse public license 2 0 '] },
  { name: 'BSL-1.0', phrases: ['distributed under the boost software license version 1 0 '] },
  { name: 'Commons-Clause', phrases: ['commons clause', 'the right to sell the software'] },
  { name: 'CC0-1.0', phrases: ['cc0 1 0 universal', 'waived all copyright'] },
];

/** The licences that notices among words name. */
export function noticesIn(words: readonly string[]): string[] {
  const text = `${words.join(' ')} `;
  const found = notices.filter(({ phrases }) => phrases.every((phrase) => text.includes(phrase)));
  return [...new Set(found.map(({ name }) => name))];
}
