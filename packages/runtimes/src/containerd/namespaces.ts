import { Buffer } from 'node:buffer';
import type { Ask } from '../grpc/runtime.ts';
import { messagesOf, textOf } from '../protobuf/wire.ts';

/** Namespaces that are asked; each costs a call. */
const maxNamespaces = 64;

/** Names of the namespaces, those first that a control group names. Throws AppError 'runtime.*'. */
export async function namespacesOf(ask: Ask, cgroup = ''): Promise<readonly string[]> {
  const answer = await ask('/containerd.services.namespaces.v1.Namespaces/List', Buffer.alloc(0));
  const names = answer === null ? [] : messagesOf(answer, 1).map((namespace) => textOf(namespace, 1));
  const components = cgroup.split('/');
  return names
    .filter((name) => name !== '')
    .sort((a, b) => Number(components.includes(b)) - Number(components.includes(a)))
    .slice(0, maxNamespaces);
}

/** What says in which namespace a question is meant. */
export function within(namespace: string): Record<string, string> {
  return { 'containerd-namespace': namespace };
}
