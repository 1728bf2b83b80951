import { type FalcoEvent, type NewAlert, type PriorityName, priorityNames } from '@lanner/api';
import { fingerprintOf, workloadOf } from '../intake/identity.ts';
import vocabulary from './alert-vocabulary.json' with { type: 'json' };
import { SeededRandom } from './seeded-random.ts';

export interface AlertGeneratorOptions {
  /** Default 1: the same seed gives the same alerts. */
  readonly seed?: number;
  /** Milliseconds since the epoch of the first alert. */
  readonly startMs?: number;
  /** Mean time between two alerts in milliseconds; default 60. */
  readonly everyMs?: number;
}

interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly tag: string;
  readonly namespace: string;
  readonly pod: string;
  readonly host: string;
}

interface Rule {
  readonly name: string;
  readonly priority: PriorityName;
  readonly tags: readonly string[];
  readonly opensFile: boolean;
}

const containerCount = 2000;
const hostCount = 20;
/** Share of command lines that occur once. */
const uniqueShare = 0.65;

/**
 * Test alerts without end, the same for the same seed: 40 rules and 2,000 containers by Zipf, two of three command lines
 * unique, lengths as Falco's default rules have them, and texts of many scripts.
 */
export function* alertGenerator(options: AlertGeneratorOptions = {}): Generator<NewAlert, never> {
  const { seed = 1, startMs = Date.UTC(2026, 0, 1), everyMs = 60 } = options;
  const random = new SeededRandom(seed);
  const rules = vocabulary.rules.map((name, index) => ruleOf(name, index));
  const containers = Array.from({ length: containerCount }, () => containerOf(random));
  for (let timeMs = startMs; ; timeMs += random.exponential(everyMs)) {
    const rule = rules[random.zipf(rules.length)] as Rule;
    const container = containers[random.zipf(containerCount)] as Container;
    const receivedMs = Math.floor(timeMs);
    const event = eventOf(random, rule, container, timeMs);
    const workload = workloadOf(event);
    yield {
      id: ulid(receivedMs, random),
      receivedMs,
      timeUs: Math.floor(timeMs * 1000),
      event,
      node: event.hostname ?? '',
      workload,
      fingerprint: fingerprintOf(event, workload),
    };
  }
}

function ruleOf(name: string, index: number): Rule {
  const { tactics } = vocabulary;
  return {
    name,
    priority: priorityNames[2 + (index % 5)] as PriorityName,
    tags: [
      index % 3 === 0 ? 'host' : 'container',
      tactics[index % tactics.length] as string,
      `T${1000 + ((index * 37) % 600)}`,
    ].sort(),
    opensFile: index % 2 === 0,
  };
}

function containerOf(random: SeededRandom): Container {
  const app = random.pick(vocabulary.applications);
  const deployment = `${app}-${random.pick(vocabulary.words)}`;
  return {
    id: random.hex(12),
    name: app,
    image: `registry.example.org/${random.pick(vocabulary.teams)}/${app}`,
    tag: `${random.below(5)}.${random.below(20)}.${random.below(10)}`,
    namespace: random.pick(vocabulary.namespaces),
    pod: `${deployment}-${random.hex(9)}-${random.base36(5)}`,
    host: `node-${random.below(hostCount)}`,
  };
}

function eventOf(random: SeededRandom, rule: Rule, container: Container, timeMs: number): FalcoEvent {
  const program = random.pick(vocabulary.programs);
  const parent = random.pick(vocabulary.parents);
  const command = commandOf(random, program);
  const file = rule.opensFile
    ? random.pick(vocabulary.files)
    : `10.${random.below(4)}.${random.below(256)}.${random.below(256)}:${40_000 + random.below(20_000)}->10.96.0.${random.below(40)}:443`;
  const user = random.pick(vocabulary.users);
  const nanoseconds = BigInt(Math.floor(timeMs)) * 1_000_000n + BigInt(random.below(1_000_000));
  const fields = {
    'container.id': container.id,
    'container.image.repository': container.image,
    'container.image.tag': container.tag,
    'container.name': container.name,
    'evt.time': nanoseconds,
    'evt.type': rule.opensFile ? 'openat' : 'connect',
    'fd.name': file,
    'k8s.ns.name': container.namespace,
    'k8s.pod.name': container.pod,
    'proc.aname[2]': random.pick(vocabulary.parents),
    'proc.aname[3]': 'containerd-shim',
    'proc.aname[4]': 'systemd',
    'proc.cmdline': command,
    'proc.exepath': `/usr/bin/${program}`,
    'proc.name': program,
    'proc.pname': parent,
    'proc.tty': random.below(10) === 0 ? 34_816 : 0,
    'user.loginuid': -1,
    'user.name': user,
    'user.uid': vocabulary.users.indexOf(user) * 1000,
  };
  const time = `${new Date(timeMs).toISOString().slice(0, 19)}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
  return {
    uuid: random.uuid(),
    output: `${time.slice(11, 29)}: ${rule.priority} ${rule.name} | file=${file} gparent=${fields['proc.aname[2]']} ggparent=containerd-shim gggparent=systemd evt_type=${fields['evt.type']} user=${user} user_uid=${fields['user.uid']} user_loginuid=-1 process=${program} proc_exepath=/usr/bin/${program} parent=${parent} command=${command} terminal=${fields['proc.tty']} container_id=${container.id} container_name=${container.name} container_image_repository=${container.image} container_image_tag=${container.tag} k8s_pod_name=${container.pod} k8s_ns_name=${container.namespace}`,
    priority: rule.priority,
    rule: rule.name,
    time,
    source: 'syscall',
    output_fields: fields,
    tags: rule.tags,
    hostname: container.host,
  };
}

/** A command line of 20 to 300 characters; most carry something that never comes again. */
function commandOf(random: SeededRandom, program: string): string {
  const parts = [program];
  const count = 1 + random.zipf(12);
  for (let index = 0; index < count; index++) {
    parts.push(random.pick(vocabulary.arguments));
  }
  if (random.fraction() < uniqueShare) {
    const name = random.below(8) === 0 ? random.pick(vocabulary.scripts) : random.pick(vocabulary.words);
    parts.push(`/tmp/${name}-${random.base36(10)}`);
  }
  return parts.join(' ');
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function ulid(ms: number, random: SeededRandom): string {
  let time = '';
  for (let rest = ms, index = 0; index < 10; index++) {
    time = `${digits[rest % 32] ?? ''}${time}`;
    rest = Math.floor(rest / 32);
  }
  return time + Array.from({ length: 16 }, () => digits[random.below(32)]).join('');
}
