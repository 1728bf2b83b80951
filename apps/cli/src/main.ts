// The process that reads artifacts starts while the rest of the program is loaded.
if (process.argv[2] === 'scan') {
  const { startAhead } = await import('./scan/ahead.ts');
  startAhead(process.argv.slice(3), process.env);
}
await import('./command-line.ts');
