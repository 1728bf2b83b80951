import { defineAnalyzer, onlyAt, withOs } from '../analyzer.ts';
import { objectsOf, parseObject } from '../lib/json.ts';

export const analyzer = defineAnalyzer({
  id: 'ubuntu-esm',
  revision: 1,
  doc: 'Whether Ubuntu gets extended security maintenance.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln'],
  ...onlyAt('var/lib/ubuntu-advantage/status.json'),
  analyze(file) {
    const services = objectsOf(parseObject(file.text(), 'artifact.parse')['services']);
    const enabled = services.some(
      (service) => service['name'] === 'esm-infra' && service['status'] === 'enabled',
    );
    return enabled ? { os: { family: 'ubuntu', extended: true } } : null;
  },
});
