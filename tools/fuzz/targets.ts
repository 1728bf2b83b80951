import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { fuzzHttp } from '../../apps/cli/src/server/http.fuzz.ts';
import { fuzzScanSettings } from '../../apps/cli/src/scan/settings.fuzz.ts';
import { fuzzSpool } from '../../packages/agent/src/spool/spool.fuzz.ts';
import { fuzzRules } from '../../packages/engine/src/rules/rules.fuzz.ts';
import { fuzzBolt } from '../../packages/runtimes/src/bbolt/bbolt.fuzz.ts';
import { fuzzApk } from '../../packages/scanner/src/formats/apk/apk.fuzz.ts';
import { fuzzDpkg } from '../../packages/scanner/src/formats/dpkg/dpkg.fuzz.ts';
import { fuzzProgram } from '../../packages/scanner/src/formats/executable/program.fuzz.ts';
import { fuzzJar } from '../../packages/scanner/src/formats/jar/jar.fuzz.ts';
import { fuzzRpm } from '../../packages/scanner/src/formats/rpmdb/rpmdb.fuzz.ts';
import { fuzzSbom, fuzzVex } from '../../packages/scanner/src/sbom/sbom.fuzz.ts';
import { fuzzInstalled, fuzzLockfiles } from '../../packages/scanner/src/lockfiles/lockfiles.fuzz.ts';
import { fuzzMaven } from '../../packages/scanner/src/maven/maven.fuzz.ts';
import { fuzzManifests } from '../../packages/scanner/src/artifacts/manifest.fuzz.ts';
import { fuzzUnpacking } from '../../packages/scanner/src/artifacts/unpack.fuzz.ts';
import { fuzzFeeds } from '../../packages/scanner/src/feeds.fuzz.ts';
import { fuzzPackageUrls } from '../../packages/scanner/src/purl/purl.fuzz.ts';
import { fuzzTemplates } from '../../packages/scanner/src/report/template.fuzz.ts';
import { fuzzSecretConfig } from '../../packages/scanner/src/secrets/config.fuzz.ts';
import { fuzzSecrets } from '../../packages/scanner/src/secrets/secrets.fuzz.ts';
import { fuzzVersions } from '../../packages/scanner/src/versions.fuzz.ts';
import { fuzzLayers } from '../../packages/scanner/src/artifacts/layer.fuzz.ts';
import { fuzzAudit } from '../../packages/sensor/src/audit/audit.fuzz.ts';
import { fuzzCapture } from '../../packages/sensor/src/capture/reader.fuzz.ts';

/** Gives a parser `inputs` inputs; throws, or rejects, with the input for the first that it does not stand. */
export type FuzzTarget = (inputs: number, seed: number) => unknown;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Parsers of hostile input, by the name that the command line uses. Each call reads its corpus. */
export const targets: ReadonlyMap<string, () => FuzzTarget> = new Map([
  ['rules', rulesTarget],
  ['capture', captureTarget],
  ['audit', () => fuzzAudit],
  ['layer', () => fuzzLayers],
  ['unpack', () => fuzzUnpacking],
  ['manifest', () => fuzzManifests],
  ['bbolt', () => fuzzBolt],
  ['rpm', () => fuzzRpm],
  ['program', () => fuzzProgram],
  ['jar', () => fuzzJar],
  ['dpkg', () => fuzzDpkg],
  ['apk', () => fuzzApk],
  ['lockfiles', () => fuzzLockfiles],
  ['installed', () => fuzzInstalled],
  ['maven', () => fuzzMaven],
  ['sbom', () => fuzzSbom],
  ['vex', () => fuzzVex],
  ['secrets', () => fuzzSecrets],
  ['secret-config', () => fuzzSecretConfig],
  ['settings', () => fuzzScanSettings],
  ['templates', () => fuzzTemplates],
  ['feeds', () => fuzzFeeds],
  ['purl', () => fuzzPackageUrls],
  ['versions', () => fuzzVersions],
  ['spool', () => fuzzSpool],
  ['http', () => fuzzHttp],
]);

function rulesTarget(): FuzzTarget {
  const corpus = globSync('rules/*.yaml', { cwd: root })
    .sort()
    .map((name) => readFileSync(`${root}/${name}`, 'latin1'));
  return (inputs, seed) => fuzzRules(inputs, seed, { corpus });
}

function captureTarget(): FuzzTarget {
  const corpus = globSync('conformance/fixtures/*.scap', { cwd: root })
    .sort()
    .map((name) => gunzipSync(readFileSync(`${root}/${name}`)));
  return (inputs, seed) => fuzzCapture(inputs, seed, { corpus });
}
