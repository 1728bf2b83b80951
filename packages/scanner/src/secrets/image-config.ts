import type { SecretFile } from '../model/index.ts';
import type { SecretScanner } from './secret-scanner.ts';

/** What findings in the configuration of an image are reported under. */
const filePath = 'config.json';

/** The secrets in variables, commands and history of an image; null without any. */
export function secretsInImageConfig(
  config: Readonly<Record<string, unknown>>,
  scanner: SecretScanner,
): SecretFile | null {
  const bytes = Buffer.from(JSON.stringify(config, null, 2));
  const findings = scanner.scan(filePath, {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  });
  return findings.length === 0 ? null : { filePath, findings };
}
