import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { silentLog } from '@lanner/core';
import { registryAccess } from '@lanner/runtimes';
import { afterEach, expect, test } from 'vitest';
import { fetchVexAttestation, openVexOf } from './attestation.ts';

const sigstore = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const dsse = 'application/vnd.dsse.envelope.v1+json';
const openVexType = 'https://openvex.dev/ns/v0.2.0';

const document = { '@context': openVexType, author: 'us', statements: [] };
const statement = (predicateType: string, predicate: unknown = document) => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType,
  predicate,
});
const envelope = (content: unknown) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(content)).toString('base64'),
});
const bundle = (content: unknown) => ({ mediaType: sigstore, dsseEnvelope: envelope(content) });
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Referrer {
  readonly artifactType: string;
  readonly content: unknown;
  readonly annotations?: Record<string, string>;
}

/** A registry with one image, what refers to it, and the layers of the tag that cosign 2 uses. */
async function registryWith(referrers: readonly Referrer[] | null, tagged: readonly Buffer[] = []) {
  const image = bytes({ layers: [] });
  const blobs = new Map<string, Buffer>();
  const described = (content: Buffer) => {
    blobs.set(digestOf(content), content);
    return { mediaType: 'x', digest: digestOf(content), size: content.length };
  };
  const manifestOf = (layers: readonly Buffer[]) => bytes({ layers: layers.map(described) });
  const index = (referrers ?? []).map(({ content, ...one }) => ({
    ...described(manifestOf([bytes(content)])),
    ...one,
  }));
  blobs.set(digestOf(image), image);
  const asked: string[] = [];
  server = createServer(({ url = '' }, response) => {
    const [, kind = '', name = ''] = /^\/v2\/shop\/cart\/(\w+)\/(.*)$/.exec(url) ?? [];
    asked.push(`${kind} ${name.slice(0, 12)}`);
    const answer =
      kind === 'referrers' && referrers !== null
        ? bytes({ schemaVersion: 2, manifests: index })
        : name === `${digestOf(image).replace(':', '-')}.att` && tagged.length > 0
          ? manifestOf(tagged)
          : blobs.get(name);
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const registry = registryAccess({
    fetch,
    log: silentLog,
    credentials: () => Promise.resolve(null),
    logins: [{ kind: 'anonymous' }],
    mirrors: {},
  });
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}/shop/cart@${digestOf(image)}`;
  const found = await fetchVexAttestation(name, { registry, log: silentLog });
  return { found: found === null ? null : (JSON.parse(Buffer.from(found).toString()) as unknown), asked };
}

test.each([
  ['a bundle of Sigstore', bundle(statement(openVexType))],
  ['a DSSE envelope', envelope(statement(openVexType))],
  ['an in-toto statement', statement('https://openvex.dev/ns')],
])('the document of %s is found', (_what, content) => {
  expect(JSON.parse(Buffer.from(openVexOf(bytes(content)) ?? []).toString())).toEqual(document);
});

test('an attestation of something else has none; what is no attestation is an error', () => {
  expect(openVexOf(bytes(bundle(statement('https://cyclonedx.org/bom'))))).toBeNull();
  expect(openVexOf(bytes(statement('https://openvex.dev/nsx')))).toBeNull();
  expect(() => openVexOf(bytes({ dsseEnvelope: {} }))).toThrow('no in-toto statement');
  expect(() => openVexOf(bytes(statement(openVexType, 'text')))).toThrow('has no document');
  expect(() => openVexOf(Buffer.from('x'))).toThrow();
});

test('what refers to an image is looked at: those named OpenVEX, or else those that say nothing', async () => {
  const sbom = { artifactType: sigstore, content: bundle(statement('https://spdx.dev/Document')) };
  const vex = { artifactType: dsse, content: envelope(statement(openVexType)) };
  const other = { artifactType: 'application/spdx+json', content: {} };
  expect((await registryWith([other, sbom, vex])).found).toEqual(document);
  const named = { ...vex, annotations: { 'in-toto.io/predicate-type': openVexType } };
  const { found, asked } = await registryWith([sbom, named]);
  expect(found).toEqual(document);
  // The image, its referrers, one of them with its blob.
  expect(asked.length).toBe(4);
  const damaged = { artifactType: dsse, content: 'no envelope' };
  expect((await registryWith([damaged, vex])).found).toEqual(document);
});

test('a registry without a list of referrers is asked for the tag of cosign 2, whose layers may be packed', async () => {
  const layers = [envelope(statement('https://slsa.dev/provenance/v1')), envelope(statement(openVexType))];
  const packed = layers.map((layer) => gzipSync(bytes(layer)));
  expect((await registryWith(null, packed)).found).toEqual(document);
  expect((await registryWith(null)).found).toBeNull();
  expect((await registryWith([])).found).toBeNull();
});
