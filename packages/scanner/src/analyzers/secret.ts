import { type AnalyzerContext, type ArtifactFile, defineAnalyzer, everywhere } from '../analyzer.ts';
import type { SecretFinding } from '../model/index.ts';
import { isBinary, printableBytes, SecretScanner } from '../secrets/index.ts';

/** Nothing shorter is a secret. */
const smallest = 10;
/** Files above it take a while. */
const large = 10 * 2 ** 20;
/** As much of a file as tells whether it is text. */
const headLength = 300;

/** Of binary files, only these are looked into. */
const compiledPython = '.pyc';

let plainScanner: SecretScanner | null = null;

export const analyzer = defineAnalyzer({
  id: 'secret',
  revision: 2,
  doc: 'Secrets such as tokens and private keys in text files.',
  scope: 'file',
  targets: everywhere,
  scanners: ['secret'],
  wants: ({ path, size }, context) => {
    const scanner = scannerOf(context);
    return (
      size >= smallest &&
      !scanner.isSkipped(path) &&
      !isConfig(path, context.secrets?.configPath ?? '') &&
      !scanner.allowsPath(path)
    );
  },
  analyze(file, context) {
    const scanner = scannerOf(context);
    const binary = isBinary(file.read(0, headLength));
    if (binary && !file.path.endsWith(compiledPython)) {
      return null;
    }
    if (file.size > large) {
      context.log.warn('a large file is looked through for secrets', { path: file.path, bytes: file.size });
    }
    // Files of images are named from their root.
    const filePath = context.target === 'image' || context.target === 'vm' ? `/${file.path}` : file.path;
    const findings = binary ? inBinary(scanner, filePath, file) : scanner.scan(filePath, file);
    return findings.length === 0 ? null : { secrets: [{ filePath, findings: byPlace(findings) }] };
  },
});

/** By rule and then by line, as reports list them. */
function byPlace(findings: readonly SecretFinding[]): SecretFinding[] {
  // The scanner has them by rule already, and what is sorted keeps its order in a line.
  const byRule = Map.groupBy(findings, ({ ruleId }) => ruleId);
  return [...byRule.values()].flatMap((found) => found.toSorted((a, b) => a.startLine - b.startLine));
}

function scannerOf({ secrets }: AnalyzerContext): SecretScanner {
  if (secrets !== undefined) {
    return secrets.scanner;
  }
  plainScanner ??= new SecretScanner();
  return plainScanner;
}

/** The configuration has examples of secrets; its path may lead into what is scanned. */
function isConfig(path: string, configPath: string): boolean {
  return configPath === path || configPath.endsWith(`/${path}`);
}

/** Lines of binary files say nothing, so they are not shown. */
function inBinary(scanner: SecretScanner, filePath: string, file: ArtifactFile): SecretFinding[] {
  const text = printableBytes(file.bytes());
  const source = {
    size: text.length,
    read: (offset: number, length: number) => text.subarray(offset, offset + length),
  };
  return scanner.scan(filePath, source).map((finding) => ({
    ...finding,
    match: `Binary file "${filePath}" matches a rule "${finding.title}"`,
    code: [],
  }));
}
