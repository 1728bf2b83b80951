import { exactJson } from '@lanner/api';
import type { ErrorCode } from '@lanner/core';

export function answerJson(value: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(exactJson(value), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}

export function refuse(
  status: number,
  code: ErrorCode,
  message: string,
  hint?: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = exactJson({ error: { code, message, ...(hint === undefined ? {} : { hint }) } });
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}
