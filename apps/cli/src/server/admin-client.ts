import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError, type ErrorCode, errorCodes } from '@lanner/core';
import type { CommandEnvironment, OptionValues } from '../command.ts';
import { readRunningFile } from './running-file.ts';
import { dataFolderOf } from './settings.ts';

/** Asks the API of the server of this machine, with the administrator's token. */
export class AdminClient {
  readonly #api: string;
  readonly #certificate: string | null;
  readonly #token: string;

  /** Throws AppError 'file.read' when there is no server, or its token cannot be read. */
  constructor(values: OptionValues, { env }: Pick<CommandEnvironment, 'env'>) {
    const folder = dataFolderOf(values, env);
    const { api, certificate } = readRunningFile(folder);
    this.#api = api;
    this.#certificate = certificate;
    this.#token = env['LANNER_TOKEN'] ?? tokenIn(folder);
  }

  /** Throws AppError with what the server says. The answer has the shape that the route says. */
  async ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const { status, answer } = await this.#exchange(method, path, body);
    if (status === 200) {
      return JSON.parse(answer) as T;
    }
    throw refusal(status, answer);
  }

  #exchange(method: string, path: string, body: unknown): Promise<{ status: number; answer: string }> {
    const certificate = this.#certificate;
    const tls =
      certificate === null
        ? {}
        : // It is this very certificate, whatever names it has and whoever signed it.
          { ca: certificate, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
    return new Promise((resolve, reject) => {
      const sent = (certificate === null ? plainRequest : tlsRequest)(
        `${this.#api}${path}`,
        {
          method,
          ...tls,
          headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
          agent: false,
        },
        (response) => {
          text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
        },
      );
      sent.once('error', (error) => {
        reject(
          new AppError('agent.unreachable', `the server at ${this.#api} does not answer: ${error.message}`, {
            cause: error,
            hint: 'Check that lanner server runs.',
          }),
        );
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function tokenIn(folder: string): string {
  const path = join(folder, 'admin-token');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new AppError('file.read', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
      hint: 'Be the user that runs the server, or give a token with the scope admin as LANNER_TOKEN.',
    });
  }
}

function refusal(status: number, answer: string): AppError {
  try {
    const { error } = JSON.parse(answer) as { error: { code: string; message: string; hint?: string } };
    const code = Object.hasOwn(errorCodes, error.code) ? (error.code as ErrorCode) : 'store.failed';
    return new AppError(code, error.message, { hint: error.hint });
  } catch (cause) {
    return new AppError('store.failed', `the server answered with status ${status}`, { cause });
  }
}
