import { eventJson } from '@lanner/api';
import { AppError } from '@lanner/core';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { defineDestination, type DestinationSettings } from '../destination.ts';
import { inGroups } from '../lib/events.ts';
import { openLink } from '../lib/link.ts';
import { MqttPublisher } from '../lib/mqtt.ts';
import { tlsOptions } from '../lib/tls.ts';

const largestGroup = 256;
const ports: ReadonlyMap<string, { readonly port: number; readonly secure: boolean }> = new Map([
  ['tcp:', { port: 1883, secure: false }],
  ['mqtt:', { port: 1883, secure: false }],
  ['ssl:', { port: 8883, secure: true }],
  ['tls:', { port: 8883, secure: true }],
  ['mqtts:', { port: 8883, secure: true }],
]);

export const destination = defineDestination({
  id: 'mqtt',
  title: 'MQTT',
  doc: 'One message an alert to a topic of an MQTT broker.',
  sidekick: { section: 'mqtt', enabledBy: ['broker'], metricName: 'mqtt', audience: 'machines' },
  async open(settings, effects) {
    const { host, port, secure } = readBroker(settings.text('broker'));
    const qos = readQos(settings.number('qos'));
    const [topic, retain] = [readTopic(settings.text('topic')), settings.flag('retained')];
    const tls = secure
      ? await tlsOptions(settings, { mutual: false, verify: settings.flag('checkcert') }, effects)
      : null;
    const link = openLink({
      server: `MQTT broker ${host}:${port}`,
      timeoutMs: effects.timeoutMs,
      secrets: [settings.text('password')],
      async connect(lost) {
        const socket: Socket =
          tls === null
            ? (await import('node:net')).connect({ host, port })
            : (await import('node:tls')).connect({ host, port, servername: serverName(host), ...tls });
        socket.on('close', lost).on('error', lost);
        await once(socket, tls === null ? 'connect' : 'secureConnect', {
          signal: AbortSignal.timeout(effects.timeoutMs),
        });
        const publisher = new MqttPublisher(socket);
        await publisher.login(login(settings));
        return { publisher, socket };
      },
      end({ publisher, socket }) {
        publisher.end();
        socket.destroySoon();
      },
    });
    return {
      send: inGroups(largestGroup, (events) =>
        link.use(({ publisher }) =>
          publisher.publish(events.map((event) => ({ topic, payload: eventJson(event), qos, retain }))),
        ),
      ),
      close: link.close,
    };
  },
});

/** Throws AppError 'config.invalid'. */
export function readBroker(text: string): { host: string; port: number; secure: boolean } {
  // As falcosidekick's client: TCP without a scheme, this machine without a host.
  const full = text.includes('://') ? text : `tcp://${text.startsWith(':') ? `127.0.0.1${text}` : text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  const scheme = ports.get(url?.protocol ?? '');
  if (url === null || scheme === undefined || url.hostname === '') {
    throw new AppError('config.invalid', 'mqtt.broker is no address of an MQTT broker', {
      hint: 'Write it like tcp://host:1883, or ssl://host:8883.',
    });
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port === '' ? scheme.port : Number(url.port), secure: scheme.secure };
}

function readQos(qos: number): 0 | 1 | 2 {
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw new AppError('config.invalid', `mqtt.qos: there is no ${qos}`, { hint: 'Take 0, 1 or 2.' });
  }
  return qos;
}

function readTopic(topic: string): string {
  if (topic === '' || /[+#\0]/.test(topic)) {
    throw new AppError('config.invalid', `mqtt.topic: nothing can be published to ${JSON.stringify(topic)}`, {
      hint: 'A topic is not empty and has no + or #.',
    });
  }
  return topic;
}

/** The broker sees a client of its own for each process. */
function login(settings: DestinationSettings): { clientId: string; user: string; password: string } {
  const [user, password] = [settings.text('user'), settings.text('password')];
  const known = user !== '' && password !== '';
  return {
    clientId: `falcosidekick-${process.pid.toString(36).padStart(6, '0')}`,
    user: known ? user : '',
    password: known ? password : '',
  };
}

/** TLS knows servers by name only. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
