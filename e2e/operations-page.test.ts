// The commands and files of an operations page of Falco, in the forms that people really have them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin/lanner.mjs');
const capture = join(root, 'conformance/fixtures/workload1-host.scap');
const folder = mkdtempSync(join(tmpdir(), 'lanner-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the chart makes of the page's values; `driver` below `falco` is copied along as the page has it. */
function falcoYaml(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `${text}
log_stderr: true
log_syslog: false
stdout_output: {enabled: true}
syslog_output: {enabled: false}
webserver: {enabled: true, listen_address: 127.0.0.1, listen_port: 8765, k8s_healthz_endpoint: /healthz, ssl_enabled: false, threadiness: 0}
config_files: [/etc/falco/config.d]
load_plugins: [container]
plugins: [{name: container, library_path: libcontainer.so}]
`,
  );
  return path;
}

const rulesFiles = `rules_files: [/etc/falco/falco_rules.yaml, /etc/falco/falco_rules.local.yaml, /etc/falco/rules.d]`;

function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'detect', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('the values of the page load, with a line for each form that Falco passes over', () => {
  const config = falcoYaml(
    'page.yaml',
    `driver: {kind: modern_ebpf}\njson_output: true\njson_include_output_property: true\n${rulesFiles}`,
  );
  const { status, stderr } = run('-c', config, '--capture', capture);
  expect(status).toBe(0);
  expect(stderr).toContain('driver is a value of the Helm chart');
  expect(stderr).toContain('engine: {kind: modern_ebpf}');
});

test('names in camel case and rules_file are taken, and the right form is said', () => {
  const config = falcoYaml(
    'camel.yaml',
    `jsonOutput: true\njsonIncludeOutputProperty: true\njsonIncludeTagsProperty: true\nlogLevel: info\nrules_file: [${root}rules]`,
  );
  const { status, stdout, stderr } = run('-c', config, '--capture', capture);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\{"hostname"/m);
  for (const right of [
    'json_output',
    'json_include_output_property',
    'json_include_tags_property',
    'log_level',
    'rules_files',
  ]) {
    expect(stderr).toContain(right);
  }
});

const custom = join(folder, 'custom.yaml');
writeFileSync(
  custom,
  `- rule: Read sensitive file untrusted
  condition: and not (proc.pname = "systemd" and fd.name startswith "/etc/pam.d/")
  append: true
`,
);

test('the custom rule of the page changes the rule of that name, with a word on the newer form', () => {
  const { status, stdout, stderr } = run('--capture', capture, '-r', join(root, 'rules'), '-r', custom);
  expect(status).toBe(0);
  expect(stdout).toMatch(/Warning .*sensitive file \/etc\/shadow/);
  expect(stderr).toContain('override');
});

test('all that is written goes through the jq of the page', () => {
  const config = falcoYaml('jq.yaml', `json_output: true\n${rulesFiles}`);
  const filter = `select(.priority == "Warning" or .priority == "Error" or .priority == "Critical") | .rule`;
  const lanner = `'${process.execPath}' '${bin}' detect -c '${config}' --capture '${capture}' -r '${root}rules' 2>&1`;
  const names = execFileSync('sh', ['-c', `${lanner} | jq -r '${filter}'`], { encoding: 'utf8' });
  expect(names).toContain('Read sensitive file untrusted');
});

test('grep driver finds the one line that tells kind and state', () => {
  const { stderr } = run('--capture', capture);
  const lines = stderr.split('\n').filter((line) => line.includes('driver'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/driver=replay state=reading/);
});
