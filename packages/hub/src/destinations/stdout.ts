import { defineDestination } from '../destination.ts';

export const destination = defineDestination({
  id: 'stdout',
  title: 'Standard output',
  doc: 'One line an alert on standard output.',
  open: (_settings, { writeStdout }) =>
    Promise.resolve({
      send: (batch) => writeStdout(`${batch.map(({ line }) => line).join('\n')}\n`),
      close: () => Promise.resolve(),
    }),
});
