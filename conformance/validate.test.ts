import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadResultsJson, loadRules, type PluginInfo } from '@lanner/engine';
import { expect, test } from 'vitest';

// What `falco -V` printed for rule files; ../shared lies beside the repository.
const folder = fileURLToPath(new URL('../../shared/oracle/falco/validate/', import.meta.url));
/** The plugin that the asked Falco had loaded. */
const plugins: readonly PluginInfo[] = [{ name: 'container', version: '0.7.1' }];

if (!existsSync(folder)) {
  test.skip('validation of rule files (needs ../shared/oracle, which is absent)', () => undefined);
} else {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  test('there are files', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  test.each(files)('%s gives what Falco gives', (name) => {
    const set = loadRules([{ name, content: readFileSync(join(folder, name), 'latin1') }], { plugins });
    const wanted = readFileSync(join(folder, name.replace(/yaml$/, 'json')), 'utf8').trim();
    // Falco prints nothing when a required plugin is missing, and says so on standard error.
    const printed = set.pluginProblem === null ? JSON.stringify(loadResultsJson(set.results)) : '';
    expect(printed).toBe(wanted);
  });
}
