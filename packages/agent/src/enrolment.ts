import { createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import {
  agentPaths,
  type EnrolAnswer,
  type EnrolRequest,
  enrolText,
  type RenewAnswer,
  type RenewRequest,
  renewText,
} from '@lanner/api';
import { AppError } from '@lanner/core';
import { AgentClient, parse, refusal } from './client.ts';
import type { Identity } from './identity.ts';

/** What `lanner server token` prints: a secret, and the fingerprint of the authority that the server must have. */
export interface JoinToken {
  readonly id: string;
  readonly secret: string;
  readonly fingerprint: string;
}

/** Throws AppError 'agent.enrolment'. */
export function parseJoinToken(text: string): JoinToken {
  const [, secret = '', id = '', fingerprint = ''] =
    /^(lnr_([0-9a-f]{12})_[\w-]{20,60})\.([\w-]{43})$/.exec(text.trim()) ?? [];
  if (id === '') {
    throw new AppError('agent.enrolment', 'this is no join token', {
      hint: 'Make one on the server, and give all that it prints: lanner server token',
    });
  }
  return { id, secret, fingerprint };
}

export interface EnrolInput {
  readonly server: string;
  readonly token: JoinToken;
  readonly name: string;
  readonly version: string;
  /** Ends the questions that are under way; default: nothing does. */
  readonly signal?: AbortSignal;
}

/**
 * Joins a server. Nothing secret is said before the server has shown the authority that the token names. Throws AppError
 * 'agent.enrolment' when it cannot be, 'agent.unreachable' or 'agent.protocol'.
 */
export async function enrol(input: EnrolInput): Promise<Identity> {
  const { server, token, name, version, signal = new AbortController().signal } = input;
  const authority = await fetchAuthority(server, token.fingerprint, signal);
  const { privateKey, publicKey } = newKeys();
  const client = new AgentClient(server, { authority, identity: null });
  return whileOpen(client, signal, async () => {
    const proof = proofOf(enrolText(token.secret, name, publicKey), privateKey);
    const asked: EnrolRequest = { name, key: publicKey, proof, version };
    const answer = await client.postJson(agentPaths.enrol, asked, {
      authorization: `Bearer ${token.secret}`,
    });
    if (answer.status !== 200) {
      throw refusal(answer);
    }
    const { id, certificate } = (parse(answer.body) ?? {}) as Partial<EnrolAnswer>;
    return {
      id: textFrom(id),
      name,
      server,
      authority,
      key: pemOf(privateKey),
      certificate: checked(textFrom(certificate), privateKey, authority),
      joinedWith: token.id,
    };
  });
}

/** Closes a client after the work, and when the signal is aborted. */
async function whileOpen<T>(client: AgentClient, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const stop = (): void => {
    client.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** A new key and certificate, asked for with the old ones. Throws as `enrol` does. */
export async function renew(identity: Identity, client: AgentClient): Promise<Identity> {
  const { privateKey, publicKey } = newKeys();
  const proof = proofOf(renewText(identity.id, publicKey), privateKey);
  const asked: RenewRequest = { key: publicKey, proof };
  const answer = await client.postJson(agentPaths.renew, asked);
  if (answer.status !== 200) {
    throw refusal(answer);
  }
  const { certificate } = (parse(answer.body) ?? {}) as Partial<RenewAnswer>;
  return {
    ...identity,
    key: pemOf(privateKey),
    certificate: checked(textFrom(certificate), privateKey, identity.authority),
  };
}

async function fetchAuthority(server: string, fingerprint: string, signal: AbortSignal): Promise<string> {
  const client = new AgentClient(server, { authority: null, identity: null });
  return whileOpen(client, signal, async () => {
    const { status, body } = await client.get(agentPaths.authority);
    if (status !== 200 || fingerprintOf(body) !== fingerprint) {
      throw new AppError('agent.enrolment', `${server} is not the server that the join token is of`, {
        hint: 'Check --server. If it is right, somebody answers in its place, or the token is of an earlier installation.',
      });
    }
    return body;
  });
}

/** SHA-256 of a certificate in PEM, base64url; empty for what is none. */
function fingerprintOf(certificate: string): string {
  try {
    return createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  } catch {
    // Whatever it is, it is not what was asked for.
    return '';
  }
}

function newKeys(): { readonly privateKey: KeyObject; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

function proofOf(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), key).toString('base64url');
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function textFrom(value: unknown): string {
  if (typeof value !== 'string') {
    throw new AppError('agent.enrolment', 'the server’s answer is not understood');
  }
  return value;
}

/** The certificate, when it is for the key and by the authority. */
function checked(certificate: string, key: KeyObject, authority: string): string {
  try {
    const issued = new X509Certificate(certificate);
    if (issued.checkPrivateKey(key) && issued.verify(new X509Certificate(authority).publicKey)) {
      return certificate;
    }
  } catch (error) {
    throw new AppError('agent.enrolment', 'the server sent no certificate', { cause: error });
  }
  throw new AppError('agent.enrolment', 'the server sent a certificate that is not for this agent');
}
