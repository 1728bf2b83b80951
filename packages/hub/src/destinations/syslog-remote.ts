import { eventJson, type FalcoEvent, type PriorityName, priorityNames } from '@lanner/api';
import { AppError } from '@lanner/core';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { defineDestination, type OpenDestination } from '../destination.ts';
import { fieldsOf, oneByOne } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { type HostPort, readHostPort } from '../lib/host-port.ts';
import { openLink } from '../lib/link.ts';
import { openUdpLink } from '../lib/udp-link.ts';
import { printed } from '../lib/printed.ts';

const defaultPort = 514;
const largestDatagram = 65_507;

export const destination = defineDestination({
  id: 'syslog-remote',
  title: 'Remote syslog',
  doc: 'One message an alert to a syslog server over TCP or UDP, as JSON or in the Common Event Format.',
  sidekick: { section: 'syslog', enabledBy: ['host'], metricName: 'syslog', audience: 'machines' },
  async open(settings, { timeoutMs }) {
    const address = readHostPort(
      'syslog.host',
      joined(settings.text('host'), settings.text('port')),
      defaultPort,
    );
    const protocol = settings.text('protocol').toLowerCase() || 'tcp';
    if (protocol !== 'tcp' && protocol !== 'udp') {
      throw new AppError('config.invalid', `syslog.protocol: there is no ${JSON.stringify(protocol)}`, {
        hint: 'Take tcp or udp.',
      });
    }
    const { hostname } = await import('node:os');
    const payload = settings.text('format') === 'cef' ? cefOf : eventJson;
    const message = (event: FalcoEvent): string => messageOf(event, payload(event), hostname());
    return protocol === 'tcp' ? overTcp(address, timeoutMs, message) : overUdp(address, timeoutMs, message);
  },
});

type Message = (event: FalcoEvent) => string;

function joined(host: string, port: string): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === '' ? bracketed : `${bracketed}:${port}`;
}

/** Nobody acknowledges: a message is delivered when the system has taken it while the connection stood. */
function overTcp({ host, port }: HostPort, timeoutMs: number, message: Message): OpenDestination {
  const link = openLink<Socket>({
    server: `syslog server ${host}:${port}`,
    timeoutMs,
    async connect(lost) {
      const { connect } = await import('node:net');
      const socket = connect({ host, port, keepAlive: true });
      socket.on('close', lost).on('end', lost).on('error', lost).resume();
      await once(socket, 'connect');
      return socket;
    },
    end: (socket) => void socket.destroy(),
  });
  return {
    send: oneByOne((event) =>
      link.use(
        (socket) =>
          new Promise((resolve, reject) => {
            socket.write(message(event), (error) => {
              if (error) {
                reject(error);
              } else {
                resolve();
              }
            });
          }),
      ),
    ),
    close: link.close,
  };
}

function overUdp(address: HostPort, timeoutMs: number, message: Message): OpenDestination {
  const link = openUdpLink(`syslog server ${address.host}:${address.port}`, address, timeoutMs);
  return {
    send: oneByOne((event) => {
      const datagram = Buffer.from(message(event));
      if (datagram.length > largestDatagram) {
        throw new AppError(
          'output.rejected',
          `an alert of ${datagram.length} bytes does not fit into a datagram`,
          {
            hint: 'Set syslog.protocol to tcp.',
          },
        );
      }
      return link.send(datagram);
    }),
    close: link.close,
  };
}

/** As Go's log/syslog writes it, with the time of the event: `<priority>time host tag[pid]: text`, facility kern. */
function messageOf(event: FalcoEvent, payload: string, ownHost: string): string {
  const severity = priorityNames.indexOf(event.priority);
  // A colon would end the tag for servers that look for one.
  const host = (event.hostname ?? '').replace(/[^\w.-]+/g, '_').slice(0, 255) || ownHost;
  return `<${severity}>${new GoTime(event.time).rfc3339()} ${host} Falco[${process.pid}]: ${oneLine(payload)}\n`;
}

const cefSeverities: Readonly<Record<PriorityName, number>> = {
  Debug: 0,
  Informational: 3,
  Notice: 4,
  Warning: 6,
  Error: 7,
  Critical: 8,
  Alert: 9,
  Emergency: 10,
};

/** Common Event Format; falcosidekick escapes nothing, so that a field could stand for others. */
function cefOf(event: FalcoEvent): string {
  const { uuid, output, rule, priority, source, hostname = '', tags = [], time } = event;
  const header = [
    'CEF:0',
    'Falcosecurity',
    'Falco',
    '1.0',
    'Falco Event',
    cefHeader(rule),
    cefSeverities[priority],
  ];
  const fields = fieldsOf(event.output_fields).map(([name, value]) => `${name}:${printed(value)}`);
  const extension: [string, string][] = [
    ['uuid', uuid],
    ['start', new GoTime(time).rfc3339()],
    ['msg', output],
    ['source', source],
    ...(hostname === '' ? [] : [['hostname', hostname] as [string, string]]),
    ['outputfields', fields.join(' ')],
    ...(tags.length === 0 ? [] : [['tags', tags.join(',')] as [string, string]]),
  ];
  return `${header.join('|')}|${extension.map(([key, value]) => `${key}=${cefValue(value)}`).join(' ')}`;
}

function cefHeader(text: string): string {
  return oneLine(text).replace(/[\\|]/g, '\\$&');
}

function cefValue(text: string): string {
  return text.replace(/[\\=]/g, '\\$&').replace(/\r?\n/g, '\\n').replace(/\r/g, '\\r');
}

/** Control characters would end the message, or colour a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
