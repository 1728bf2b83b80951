import { fromByteString, isoText } from '@lanner/engine';
import { captureStats, type CaptureStats } from '@lanner/sensor';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { paint } from '../lib/colour.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { report } from '../run.ts';

/** Event types beyond these are only counted; JSON has all. */
const shownTypes = 20;

/** `capture info`: what is in a capture. Exit code 1 when it is damaged; the numbers say what came before that. */
export async function captureInfo(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw missingArgument('capture info', 'FILE [--json]', 'one capture file');
  }
  const stats = await captureStats(path, environment.signal);
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify(statsJson(path, stats), null, 2)}\n`
      : statsText(path, stats, environment.outColour),
  );
  if (stats.failure !== null) {
    report(stats.failure, environment);
    return 1;
  }
  return 0;
}

/** Numbers beyond 2^53 and times are texts, as in other JSON of Lanner. */
function statsJson(path: string, stats: CaptureStats): unknown {
  const { machine, blocks, recordedTypes, types, firstTs, lastTs, failure, ...numbers } = stats;
  return {
    file: path,
    ...numbers,
    machine:
      machine === null
        ? null
        : {
            hostname: fromByteString(machine.hostname),
            cpuCount: machine.cpuCount,
            memoryBytes: Number(machine.memoryBytes),
            bootTs: machine.bootTs.toString(),
          },
    firstTs: firstTs.toString(),
    lastTs: lastTs.toString(),
    blocks: Object.fromEntries([...blocks].map(([type, count]) => [`0x${type.toString(16)}`, count])),
    recordedTypes: Object.fromEntries(recordedTypes),
    types: Object.fromEntries(types),
    failure: failure === null ? null : { code: failure.code, message: failure.message },
  };
}

function statsText(path: string, stats: CaptureStats, colour: boolean): string {
  const { version, isGzip, bytes, sections, machine, listVersions, threads, fds } = stats;
  const { recordedEvents, unknownEvents, events, unknownBlocks } = stats;
  const rows: readonly (readonly [string, string])[] = [
    ['format', `scap ${version === '' ? 'of unknown version' : version}${isGzip ? ', gzip' : ''}`],
    [
      'size',
      `${number(bytes)} bytes${isGzip ? ' unpacked' : ''}, ${number(sections)} section${plural(sections)}`,
    ],
    ...machineRows(machine),
    [
      'state',
      `${number(threads)} threads, ${number(fds)} descriptors (${listVersions.join(', ') || 'no lists'})`,
    ],
    [
      '',
      `${number(stats.users)} users, ${number(stats.groups)} groups, ${number(stats.interfaces)} interfaces`,
    ],
    ['events', `${number(events)} that rules see, of ${number(recordedEvents)} recorded`],
    ...timeRows(stats),
    ...unknownRow(unknownEvents, unknownBlocks),
  ];
  const lines = rows.map(([name, value]) => `  ${paint(name.padEnd(8), colour, 'dim')}  ${value}\n`);
  return `${paint(path, colour, 'bold')}\n${lines.join('')}${typeText(stats, colour)}`;
}

function machineRows(machine: CaptureStats['machine']): (readonly [string, string])[] {
  if (machine === null) {
    return [];
  }
  const { hostname, cpuCount, memoryBytes, bootTs } = machine;
  const gibibytes = (Number(memoryBytes) / 2 ** 30).toFixed(1);
  const boot = bootTs === 0n ? '' : `, started ${timeText(bootTs)}`;
  return [['machine', `${fromByteString(hostname)}: ${cpuCount} CPUs, ${gibibytes} GiB${boot}`]];
}

function timeRows({ events, firstTs, lastTs }: CaptureStats): (readonly [string, string])[] {
  if (events === 0) {
    return [];
  }
  const seconds = Number(lastTs - firstTs) / 1e9;
  const rate = seconds > 0 ? `, ${number(Math.round(events / seconds))} events/s` : '';
  return [
    ['first', timeText(firstTs)],
    ['last', `${timeText(lastTs)} (${seconds.toFixed(3)} s${rate})`],
  ];
}

function unknownRow(events: number, blocks: number): (readonly [string, string])[] {
  return events + blocks === 0
    ? []
    : [
        [
          'unknown',
          `${number(events)} events and ${number(blocks)} blocks of types that Lanner does not know`,
        ],
      ];
}

function typeText({ types }: CaptureStats, colour: boolean): string {
  const shown = [...types].slice(0, shownTypes);
  if (shown.length === 0) {
    return '';
  }
  const width = Math.max(...shown.map(([, count]) => number(count).length));
  const lines = shown.map(([code, count]) => `  ${number(count).padStart(width)}  ${code}\n`);
  const more = types.size - shown.length;
  const rest = more > 0 ? `  ${paint(`and ${more} more types; --json has all`, colour, 'dim')}\n` : '';
  return `\n${paint('Events by type', colour, 'bold')}\n${lines.join('')}${rest}`;
}

function timeText(ts: bigint): string {
  return `${isoText(Number(ts >> 32n), Number(ts & 0xffff_ffffn))}Z`;
}

/** With spaces between thousands, which no locale reads as a decimal point. */
function number(value: number): string {
  return value.toString().replaceAll(/\B(?=(?:\d{3})+$)/g, ' ');
}

function plural(count: number): string {
  return count === 1 ? '' : 's';
}
