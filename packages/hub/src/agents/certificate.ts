import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  context,
  type Der,
  integer,
  objectId,
  octetString,
  sequence,
  setOf,
  time,
  utf8String,
} from './der.ts';

export interface CertificateContent {
  /** Common name of whom it is for. */
  readonly subject: string;
  readonly publicKey: KeyObject;
  /** Common name and keys of who vouches; the subject's own for an authority. */
  readonly issuer: {
    readonly subject: string;
    readonly publicKey: KeyObject;
    readonly privateKey: KeyObject;
  };
  /** Up to 20 bytes that no other certificate of the issuer has. */
  readonly serial: Uint8Array;
  readonly fromMs: number;
  readonly toMs: number;
  readonly use: 'authority' | 'server' | 'client';
  /** Names that a server may be reached by. */
  readonly hosts?: readonly string[];
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
const commonName = objectId('2.5.4.3');
const uses = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** An X.509 certificate of version 3 (RFC 5280) as PEM, signed by an EC key with SHA-256. */
export function issueCertificate(content: CertificateContent): string {
  const { subject, publicKey, issuer, serial, fromMs, toMs } = content;
  const body = sequence(
    // Version 3.
    context(0, integer(Buffer.from([2])), true),
    integer(serial),
    ecdsaWithSha256,
    nameOf(issuer.subject),
    sequence(time(fromMs), time(toMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(3, sequence(...extensions(content)), true),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  return pem(sequence(body, ecdsaWithSha256, bitString(signature)));
}

function pem(der: Der): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(common: string): Der {
  return sequence(setOf(sequence(commonName, utf8String(common))));
}

function extensions({ publicKey, issuer, use, hosts = [] }: CertificateContent): Der[] {
  const isAuthority = use === 'authority';
  return [
    // May sign others, but none that signs others again.
    extension(
      '2.5.29.19',
      true,
      isAuthority ? sequence(boolean(true), integer(Buffer.from([0]))) : sequence(),
    ),
    // keyCertSign and cRLSign; digitalSignature.
    extension(
      '2.5.29.15',
      true,
      isAuthority ? bitString(Buffer.from([0x06]), 1) : bitString(Buffer.from([0x80]), 7),
    ),
    ...(isAuthority ? [] : [extension('2.5.29.37', false, sequence(objectId(uses[use])))]),
    ...(hosts.length === 0
      ? []
      : [
          extension(
            '2.5.29.17',
            false,
            sequence(...hosts.map((host) => context(2, Buffer.from(host), false))),
          ),
        ]),
    extension('2.5.29.14', false, octetString(keyId(publicKey))),
    extension('2.5.29.35', false, sequence(context(0, keyId(issuer.publicKey), false))),
  ];
}

function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** RFC 7093: 20 bytes of the SHA-256 of the key; here of its whole SPKI. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}
