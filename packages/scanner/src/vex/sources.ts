import { AppError } from '@lanner/core';
import type { Report } from '../model/index.ts';
import { imagePackageUrl, printPackageUrl } from '../purl/index.ts';
import { readVex } from './read.ts';
import { vexRepositories, type VexRepositoriesOptions } from './repositories.ts';
import type { VexDocument } from './statement.ts';

/** The world outside, as VEX needs it. */
export interface VexPorts {
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Answer of an address that a bill of materials names. */
  readonly fetch: (url: string) => Promise<{ readonly status: number; readonly body: Uint8Array }>;
  /** The VEX attestation of an image `registry/repository@sha256:…`; null when it has none. */
  readonly attestation: (imageDigest: string) => Promise<Uint8Array | null>;
  readonly repositories: () => Promise<VexRepositoriesOptions>;
}

/**
 * Opens what `--vex` names: `repo`, `oci`, `sbom-ref` or a file. Throws AppError 'usage.invalid' where a source does
 * not fit the artifact, 'file.read', 'artifact.parse' and what the ports throw.
 */
export async function openVexSources(
  sources: readonly string[],
  report: Report,
  ports: VexPorts,
): Promise<VexDocument[]> {
  const documents: VexDocument[] = [];
  for (const source of sources) {
    documents.push(...(await openSource(source, report, ports)));
  }
  return documents;
}

async function openSource(source: string, report: Report, ports: VexPorts): Promise<VexDocument[]> {
  switch (source) {
    case 'repo':
      return [vexRepositories(await ports.repositories())];
    case 'oci':
      return ociAttestation(report, ports);
    case 'sbom-ref':
      return referredDocuments(report, ports);
    default:
      return [readVex(await ports.readFile(source), source, report)];
  }
}

async function ociAttestation(report: Report, ports: VexPorts): Promise<VexDocument[]> {
  const [digest] = report.metadata.repoDigests ?? [];
  if (report.artifactType !== 'container_image' || digest === undefined) {
    throw new AppError('usage.invalid', "'--vex oci' can be used only when scanning OCI artifacts");
  }
  const bytes = await ports.attestation(digest);
  const purl = imagePackageUrl([digest], architectureOf(report));
  return bytes === null
    ? []
    : [
        readVex(
          bytes,
          `VEX attestation in OCI registry (${purl === null ? digest : printPackageUrl(purl)})`,
          report,
        ),
      ];
}

/** Documents that a scanned bill of materials says explain how its vulnerabilities can be exploited. */
async function referredDocuments({ bom, ...report }: Report, ports: VexPorts): Promise<VexDocument[]> {
  const documents: VexDocument[] = [];
  for (const { type, url } of bom?.externalReferences ?? []) {
    if (type !== 'exploitability-statement') {
      continue;
    }
    const { status, body } = await ports.fetch(url);
    if (status !== 200) {
      throw new AppError(
        'file.read',
        `the VEX document that the SBOM refers to: unexpected status code ${status}`,
        {
          details: { url },
        },
      );
    }
    documents.push(referredDocument(body, url, { ...report, ...(bom === undefined ? {} : { bom }) }));
  }
  return documents;
}

function referredDocument(body: Uint8Array, url: string, report: Report): VexDocument {
  try {
    return readVex(body, url, report);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new AppError('artifact.parse', `unable to load VEX from external reference: ${problem}`, {
      cause: error,
      details: { url },
    });
  }
}

function architectureOf({ metadata }: Report): string | undefined {
  const config = metadata.imageConfig as { architecture?: unknown } | undefined;
  return typeof config?.architecture === 'string' ? config.architecture : undefined;
}
