import type { BpfObject } from './bpf-object.ts';
import { doubleWord, word } from './bpf-object.ts';
import { scopeBits } from './control.ts';

/** What the kernel watches. What is in one of the lists is watched; null stands for the whole machine. */
export interface LiveScope {
  /** Thread-group ids. */
  readonly pids?: readonly number[];
  /** What these processes start belongs to them; default true. */
  readonly followsForks?: boolean;
  /** Ids of control groups (version 2), with those below them. */
  readonly cgroups?: readonly bigint[];
  /** Numbers of mount namespaces. */
  readonly mountNamespaces?: readonly number[];
}

/** The bits that tell the programs what to compare. A scope with empty lists watches nothing until one is added. */
export function scopeKinds(scope: LiveScope | null): number {
  if (scope === null) {
    return 0;
  }
  const follow = scope.followsForks === false ? 0 : scopeBits.follow;
  const cgroups = (scope.cgroups ?? []).length > 0 ? scopeBits.cgroups : 0;
  const namespaces = (scope.mountNamespaces ?? []).length > 0 ? scopeBits.mountNamespaces : 0;
  return scopeBits.tgids | follow | cgroups | namespaces;
}

/** Fills the maps that the programs compare with. */
export function fillScope(object: BpfObject, scope: LiveScope | null): void {
  for (const pid of scope?.pids ?? []) {
    addProcess(object, pid);
  }
  for (const id of scope?.cgroups ?? []) {
    object.addKey('scope_groups', doubleWord(id));
  }
  for (const id of scope?.mountNamespaces ?? []) {
    object.addKey('scope_groups', doubleWord(BigInt(id)));
  }
}

export function addProcess(object: BpfObject, tgid: number): void {
  object.addKey('scope_tgids', word(tgid));
}
