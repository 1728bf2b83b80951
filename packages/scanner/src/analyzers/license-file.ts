import { defineAnalyzer, everywhere } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { classifyText } from '../licenses/classify.ts';

/** Texts of licences, and sources whose heads name one. */
const endings = new Set([
  ...[
    'asp',
    'aspx',
    'bas',
    'bat',
    'b',
    'c',
    'cue',
    'cgi',
    'cs',
    'css',
    'fish',
    'html',
    'h',
    'ini',
    'java',
    'js',
  ],
  ...['jsx', 'markdown', 'md', 'py', 'php', 'pl', 'r', 'rb', 'sh', 'sql', 'ts', 'tsx', 'txt', 'vue', 'zsh'],
]);
const licenseName = /^(?:licen[cs]es?|copying|copyright|notices?)(?![a-z])/i;

/** Packages are in them, whose licences their own analyzers tell. */
const folders = [
  ...['node_modules/', 'usr/share/doc/', 'usr/lib/', 'usr/local/include/', 'usr/include/', 'usr/local/go/'],
  ...['opt/yarn-', 'usr/src/wordpress/'],
];

/** A licence stands at the beginning. */
const headLength = 256 * 1024;

export const analyzer = defineAnalyzer({
  id: 'license-file',
  revision: 1,
  doc: 'Licences by their texts and by the heads of sources.',
  scope: 'file',
  targets: everywhere,
  scanners: ['license'],
  wants: ({ path }, { fullLicenses }) =>
    fullLicenses && isCandidate(baseName(path)) && !folders.some((folder) => path.includes(folder)),
  analyze(file) {
    const { kind, findings } = classifyText(file.read(0, headLength).toString('utf8'));
    if (findings.length === 0) {
      return null;
    }
    const isNotice = kind === 'notice' && !licenseName.test(baseName(file.path));
    return {
      licenses: [{ type: isNotice ? 'header' : 'license-file', filePath: file.path, findings }],
    };
  },
});

function isCandidate(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return licenseName.test(name) || (dot >= 0 && endings.has(name.slice(dot + 1).toLowerCase()));
}
