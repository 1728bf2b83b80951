import { defineAnalyzer, onlyAt, withOs } from '../analyzer.ts';
import { trimOf } from '../lib/trim.ts';

/** Family by the `ID`. Debian and Ubuntu are left to their own files, which have the point release. */
const families: Readonly<Record<string, string>> = {
  activestate: 'activestate',
  almalinux: 'alma',
  alpine: 'alpine',
  azurelinux: 'azurelinux',
  bottlerocket: 'bottlerocket',
  centos: 'centos',
  chainguard: 'chainguard',
  coreos: 'coreos',
  echo: 'echo',
  fedora: 'fedora',
  mariner: 'cbl-mariner',
  minimos: 'minimos',
  ol: 'oracle',
  opensuse: 'opensuse-leap',
  'opensuse-leap': 'opensuse-leap',
  'opensuse-tumbleweed': 'opensuse-tumbleweed',
  photon: 'photon',
  rhel: 'redhat',
  rocky: 'rocky',
  'sl-micro': 'slem',
  'sle-micro': 'slem',
  'sle-micro-rancher': 'slem',
  sles: 'sles',
  wolfi: 'wolfi',
};

const paths = [
  'etc/os-release',
  'usr/lib/os-release',
  'aarch64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release',
  'x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release',
];

export const analyzer = defineAnalyzer({
  id: 'os-release',
  revision: 1,
  doc: 'The operating system that os-release names.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln', 'license'],
  ...onlyAt(...paths),
  analyze(file) {
    const text = file.text();
    const id = valueOf(text, 'ID');
    const name = valueOf(text, 'VERSION_ID');
    const family = id === 'centos' && isStream(text) ? 'centos-stream' : families[id];
    return family === undefined || name === '' ? null : { os: { family, name } };
  },
});

function isStream(text: string): boolean {
  return valueOf(text, 'NAME') === 'CentOS Stream';
}

/** The value of a key without quotes; empty when it is not there. */
function valueOf(text: string, key: 'ID' | 'VERSION_ID' | 'NAME'): string {
  const line = text.split('\n').find((one) => one.trimStart().startsWith(`${key}=`)) ?? '';
  return trimOf(line.slice(line.indexOf('=') + 1).trim(), `"'`);
}
