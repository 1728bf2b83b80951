import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { agentServerName } from '@lanner/api';
import { AppError } from '@lanner/core';
import { makeFolder, replaceFile } from '@lanner/core/disk';
import { issueCertificate } from './certificate.ts';

const dayMs = 86_400_000;
const authorityMs = 20 * 365 * dayMs;
const serverMs = 397 * dayMs;
/** Clocks of nodes differ. */
const skewMs = 3_600_000;
const subject = 'Lanner agents';

export interface Issued {
  readonly certificate: string;
  /** As X509Certificate gives it. */
  readonly serial: string;
  readonly toMs: number;
}

/** The server's own authority: vouches for agents towards the server, and for the server towards agents. */
export class AgentAuthority {
  readonly certificate: string;
  /** SHA-256 of its certificate, base64url: what a join token has of it. */
  readonly fingerprint: string;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  private constructor(privateKey: KeyObject, certificate: string) {
    this.certificate = certificate;
    this.#privateKey = privateKey;
    this.#publicKey = createPublicKey(privateKey);
    this.fingerprint = fingerprintOf(certificate);
  }

  /**
   * Reads the file with key and certificate, or makes them where there is none. Throws AppError 'file.read' for a file
   * that is neither.
   */
  static open(path: string, nowMs: number): AgentAuthority {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw unreadable(path, error);
      }
      text = newAuthority(nowMs);
      makeFolder(dirname(path), { mode: 0o700 });
      // Whole and on disk before any agent trusts it.
      replaceFile(path, text);
    }
    try {
      const [certificate = ''] =
        /-----BEGIN CERTIFICATE-----[^]*-----END CERTIFICATE-----\n/.exec(text) ?? [];
      const authority = new AgentAuthority(createPrivateKey(text), certificate);
      if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(text))) {
        throw new Error('key and certificate do not belong together');
      }
      return authority;
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  /** A certificate for an agent's key. */
  issueClient(agent: string, publicKey: KeyObject, nowMs: number, lifeMs: number): Issued {
    return this.#issue(agent, publicKey, nowMs, lifeMs, 'client');
  }

  /** Key and certificate for the server itself; new ones each time. */
  issueServer(nowMs: number): Issued & { readonly key: string } {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      ...this.#issue(agentServerName, publicKey, nowMs, serverMs, 'server'),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  #issue(
    name: string,
    publicKey: KeyObject,
    nowMs: number,
    lifeMs: number,
    use: 'server' | 'client',
  ): Issued {
    const toMs = nowMs + lifeMs;
    const certificate = issueCertificate({
      subject: name,
      publicKey,
      issuer: { subject, publicKey: this.#publicKey, privateKey: this.#privateKey },
      serial: newSerial(),
      fromMs: nowMs - skewMs,
      toMs,
      use,
      ...(use === 'server' ? { hosts: [agentServerName] } : {}),
    });
    return { certificate, serial: new X509Certificate(certificate).serialNumber, toMs };
  }
}

/** SHA-256 of a certificate in PEM, base64url. */
export function fingerprintOf(certificate: string): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
}

function newAuthority(nowMs: number): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = issueCertificate({
    subject,
    publicKey,
    issuer: { subject, publicKey, privateKey },
    serial: newSerial(),
    fromMs: nowMs - skewMs,
    toMs: nowMs + authorityMs,
    use: 'authority',
  });
  return `${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}${certificate}`;
}

/** 16 random bytes, of which the first is not zero. */
function newSerial(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'file.read',
    `the authority of agents ${path} cannot be read: ${(cause as Error).message}`,
    {
      cause,
      hint: 'Restore the file from a backup. Without it a new one is made, and every agent has to be enrolled again.',
    },
  );
}
