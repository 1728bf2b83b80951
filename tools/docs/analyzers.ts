import { readdirSync } from 'node:fs';
import { analyzers } from '../../packages/scanner/src/analyzers/registry.gen.ts';
import checked from './analyzers-checked.json' with { type: 'json' };
import { code, type Page, page, prose, table } from './markdown.ts';

interface Checked {
  /** Cases of Trivy's own tests are run against it (`conformance/`). */
  readonly rows?: boolean;
  /** What was scanned with both programs. */
  readonly real?: string;
}

const archives = readdirSync(new URL('../../packages/scanner/src/analyzers/', import.meta.url)).filter(
  (name) => name.endsWith('.txt'),
);
const checks: Readonly<Record<string, Checked>> = checked;

/** Every analyzer, and how it was checked. */
export function analyzersPage(): Page {
  const unknown = Object.keys(checks).filter((id) => !analyzers.some((analyzer) => analyzer.id === id));
  if (unknown.length > 0) {
    throw new Error(`analyzers-checked.json names what is no analyzer: ${unknown.join(', ')}`);
  }
  return page('analyzers.md', 'Analyzers', 'What a scan finds in files, and how each finder was checked.', [
    "Archives are the project's own cases: files with what has to be found in them. Cases of Trivy are rows of its tests, or whole reports of its integration tests. Real inputs were scanned with Lanner and with Trivy 0.74.0 and compared package by package, with licences and dependencies; what differs by intention is in `conformance/known-differences.md`.",
    table(
      ['Analyzer', 'Finds', 'Used for', 'Archives', 'Cases of Trivy', 'Real inputs'],
      analyzers.map(({ id, doc, targets }) => [
        code(id),
        prose(doc),
        targets.join(', '),
        String(archives.filter((name) => name.startsWith(`${id}.`)).length),
        checks[id]?.rows === true ? 'yes' : '',
        checks[id]?.real ?? '',
      ]),
    ),
    'Besides these, the configuration and the history of an image are looked at for secrets. Analyzers of configuration (Dockerfile, Kubernetes, Helm, Terraform, CloudFormation, ARM, Ansible, YAML, JSON, the history of an image as a Dockerfile) belong to the checks, which are not there yet. Trivy also lists `apk-command`, which asks a server on the internet for removed packages, and `crypto` and `wordpress`, which it does not use; these find nothing here either.',
  ]);
}
