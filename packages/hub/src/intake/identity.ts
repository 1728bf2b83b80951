import { createHash, randomFillSync } from 'node:crypto';
import type { FalcoEvent, Workload } from '@lanner/api';

/** Where an event came from, by the fields that Falco, its plugins and the audit rules have. */
export function workloadOf({ output_fields: fields }: FalcoEvent): Workload {
  const text = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = fields[name];
      // Falco prints this for what it does not know.
      if (typeof value === 'string' && value !== '' && value !== '<NA>') {
        return value;
      }
    }
    return '';
  };
  const repository = text('container.image.repository', 'container.image');
  const tag = text('container.image.tag');
  return {
    namespace: text('k8s.ns.name', 'k8s_ns_name', 'ka.target.namespace'),
    pod: text('k8s.pod.name', 'k8s_pod_name', 'ka.target.pod.name'),
    containerId: text('container.id').slice(0, 12),
    container: text('container.name'),
    image:
      tag === '' || repository.includes(':', repository.lastIndexOf('/') + 1)
        ? repository
        : `${repository}:${tag}`,
  };
}

/**
 * What makes two alerts the same thing happening again: rule, workload, program and target. Pods of one workload are
 * one, and so are names that differ in numbers only.
 */
export function fingerprintOf(event: FalcoEvent, workload: Workload): string {
  const { output_fields: fields, rule, source } = event;
  const first = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = fields[name];
      if (typeof value === 'string' && value !== '' && value !== '<NA>') {
        return value;
      }
    }
    return '';
  };
  const place =
    workload.containerId === 'host' ? (event.hostname ?? '') : workload.image || workload.container;
  const program = first('proc.exepath', 'proc.name', 'ka.user.name');
  const target = first(
    'fd.name',
    'evt.arg.path',
    'evt.arg.name',
    'evt.arg.target',
    'ka.target.name',
    'fs.path.name',
  );
  const parts = [
    rule,
    source,
    workload.namespace,
    workloadName(workload.pod),
    place,
    program,
    steady(target),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** `web-7d9f8c6b5-x2x4z`, `web-x2x4z` and `web-0` are pods of `web`. */
function workloadName(pod: string): string {
  return pod.replace(/(-[a-f0-9]{6,10})?-[a-z0-9]{5}$|-\d+$/, '');
}

/** Numbers and hexadecimal ids become `#`; the client's end of a connection goes. */
function steady(target: string): string {
  const connection = /^.*->(.*)$/.exec(target);
  return (connection?.[1] ?? target).replace(/\b[0-9a-f]{8,}\b|\d+/gi, (found) =>
    // Ports and addresses say what is reached.
    connection === null ? '#' : found,
  );
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** ULIDs that grow, also within a millisecond and when the clock steps back. */
export class UlidSource {
  #lastMs = -1;
  readonly #random = new Uint8Array(16);

  next(nowMs: number): string {
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      randomFillSync(this.#random);
      this.#random.forEach((byte, index) => {
        this.#random[index] = byte & 31;
      });
      // Room to count up.
      this.#random[0] = (this.#random[0] as number) & 15;
    } else {
      this.#increase();
    }
    let time = '';
    for (let rest = this.#lastMs, i = 0; i < 10; i++) {
      time = `${alphabet[rest % 32] ?? ''}${time}`;
      rest = Math.floor(rest / 32);
    }
    return time + Array.from(this.#random, (digit) => alphabet[digit]).join('');
  }

  #increase(): void {
    for (let i = this.#random.length - 1; i >= 0; i--) {
      const digit = this.#random[i] as number;
      this.#random[i] = (digit + 1) & 31;
      if (digit < 31) {
        return;
      }
    }
  }
}
