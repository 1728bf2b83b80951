import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AgentAuthority, fingerprintOf } from './authority.ts';
import { issueCertificate } from './certificate.ts';
import { integer, objectId, sequence, time } from './der.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-authority-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const nowMs = Date.parse('2026-01-02T03:04:05Z');
const hourMs = 3_600_000;

describe('DER', () => {
  test.each([
    [integer(Buffer.from([0])), '020100'],
    [integer(Buffer.from([0, 0, 0x7f])), '02017f'],
    [integer(Buffer.from([0x80])), '02020080'],
    [objectId('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    [time(Date.parse('2049-12-31T23:59:59.999Z')), '170d3439313233313233353935395a'],
    [time(Date.parse('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
    [sequence(Buffer.alloc(127)).subarray(0, 3), '307f00'],
    [sequence(Buffer.alloc(128)).subarray(0, 3), '308180'],
    [sequence(Buffer.alloc(256)).subarray(0, 4), '30820100'],
  ])('%#', (der, hex) => {
    expect(der.toString('hex')).toBe(hex);
  });
});

describe('a certificate', () => {
  test('says what it was given, and is signed by its issuer alone', () => {
    const issuerKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.') }),
        fc.uint8Array({ minLength: 1, maxLength: 20 }).filter((bytes) => bytes.some((byte) => byte !== 0)),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        (name, serial, seconds) => {
          const certificate = new X509Certificate(
            issueCertificate({
              subject: name,
              publicKey: keys.publicKey,
              issuer: { subject: 'issuer', ...issuerKeys },
              serial,
              fromMs: seconds * 1000,
              toMs: seconds * 1000 + hourMs,
              use: 'client',
            }),
          );
          expect(certificate.subject).toBe(`CN=${name}`);
          expect(certificate.issuer).toBe('CN=issuer');
          expect(BigInt(`0x${certificate.serialNumber}`)).toBe(
            BigInt(`0x${Buffer.from(serial).toString('hex')}`),
          );
          expect(certificate.validFromDate.getTime()).toBe(seconds * 1000);
          expect(certificate.validToDate.getTime()).toBe(seconds * 1000 + hourMs);
          expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
          expect(certificate.ca).toBe(false);
          expect(certificate.checkPrivateKey(keys.privateKey)).toBe(true);
          expect(certificate.verify(issuerKeys.publicKey)).toBe(true);
          expect(certificate.verify(other.publicKey)).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('the authority', () => {
  const path = join(folder, 'agents', 'authority.pem');

  test('is made once, and only its owner can read it', () => {
    const first = AgentAuthority.open(path, nowMs);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(AgentAuthority.open(path, nowMs + hourMs).fingerprint).toBe(first.fingerprint);
    expect(fingerprintOf(first.certificate)).toBe(first.fingerprint);
    const certificate = new X509Certificate(first.certificate);
    expect(certificate.ca).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
  });

  test('vouches for agents and for the server', () => {
    const authority = AgentAuthority.open(path, nowMs);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const client = new X509Certificate(authority.issueClient('abc', publicKey, nowMs, hourMs).certificate);
    const server = new X509Certificate(authority.issueServer(nowMs).certificate);
    const own = new X509Certificate(authority.certificate);
    expect(client.checkPrivateKey(privateKey)).toBe(true);
    expect([client, server].every((each) => each.checkIssued(own) && each.verify(own.publicKey))).toBe(true);
    expect(server.checkHost('server.lanner.internal')).toBe('server.lanner.internal');
    expect(client.checkHost('server.lanner.internal')).toBeUndefined();
    expect(createPublicKey(client.publicKey.export({ type: 'spki', format: 'pem' })).equals(publicKey)).toBe(
      true,
    );
  });

  test.each([
    ['nothing', () => ''],
    ['garbage', () => 'hello'],
    ['a certificate alone', () => AgentAuthority.open(path, nowMs).certificate],
    [
      'a key and a certificate of another one',
      () => {
        const other = AgentAuthority.open(join(folder, 'other.pem'), nowMs);
        const [key] = readFileSync(path, 'utf8').split('-----BEGIN CERTIFICATE');
        return `${key ?? ''}${other.certificate}`;
      },
    ],
  ])('is not replaced when its file has %s', (_what, text) => {
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, text());
    expect(() => AgentAuthority.open(broken, nowMs)).toThrow('cannot be read');
  });
});
