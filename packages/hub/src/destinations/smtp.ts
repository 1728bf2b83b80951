import type { FalcoEvent } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { SendMailOptions, SMTPTransportOptions } from 'nodemailer';
import { defineDestination, type DestinationEffects, type DestinationSettings } from '../destination.ts';
import { oneByOne } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { readHostPort } from '../lib/host-port.ts';
import { openLink } from '../lib/link.ts';
import { htmlMail, oneLine, textMail } from '../lib/mail.ts';
import { tlsOptions } from '../lib/tls.ts';

/** The port where TLS begins at once; elsewhere it begins with STARTTLS. */
const implicitTlsPort = 465;

export const destination = defineDestination({
  id: 'smtp',
  title: 'SMTP',
  doc: 'One mail an alert, as text or as text and HTML.',
  sidekick: {
    section: 'smtp',
    enabledBy: ['hostport', 'from', 'to'],
    metricName: 'smtp',
    audience: 'people',
  },
  async open(settings, effects) {
    const login = readLogin(settings);
    const options = await transportOptions(settings, login, effects);
    const [from, to] = [settings.text('from'), settings.text('to')];
    const withHtml = settings.text('outputformat') !== 'text';
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(options);
    // A connection for each mail, as mail servers expect of those who send few.
    const link = openLink({
      server: `SMTP server ${settings.text('hostport')}`,
      timeoutMs: effects.timeoutMs,
      secrets: [settings.text('password'), settings.text('token'), login?.response ?? ''],
      connect: () => Promise.resolve(transport),
      end: () => undefined,
      rejected: isRefusal,
    });
    return {
      send: oneByOne((event) =>
        link.use(async (smtp) => {
          await smtp.sendMail(mailOf(event, { from, to, withHtml }));
        }),
      ),
      close: () => Promise.resolve(transport.close()),
    };
  },
});

async function transportOptions(
  settings: DestinationSettings,
  login: Login | null,
  effects: DestinationEffects,
): Promise<SMTPTransportOptions> {
  const { host, port } = readHostPort('smtp.hostport', settings.text('hostport'));
  const starttls = settings.flag('tls');
  const { timeoutMs } = effects;
  return {
    host,
    port,
    secure: port === implicitTlsPort,
    requireTLS: starttls,
    ignoreTLS: !starttls && port !== implicitTlsPort,
    tls: { ...(await tlsOptions(settings, { mutual: false, verify: true }, effects)) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    ...authentication(login),
  };
}

function authentication(login: Login | null): Pick<SMTPTransportOptions, 'auth' | 'customAuth'> {
  if (login === null) {
    return {};
  }
  const { method, response } = login;
  return {
    // User and password stand in the response already; the library wants to see some.
    auth: { type: 'CUSTOM', method, user: method, pass: method },
    customAuth: {
      [method]: async (session) => {
        const { status, text } = await session.sendCommand(`AUTH ${method} ${response}`);
        if (status !== 235) {
          throw new Error(`the server refuses the login: ${status} ${text}`);
        }
      },
    },
  };
}

interface Login {
  readonly method: string;
  /** What follows AUTH and the method: base64. */
  readonly response: string;
}

/** How to log in; null where that is not wanted. */
function readLogin(settings: DestinationSettings): Login | null {
  const [user, password] = [settings.text('user'), settings.text('password')];
  const mechanism = settings.text('authmechanism').toLowerCase();
  // Falcosidekick's default is plain; it tries that without a name too, and goes on when it fails.
  if (mechanism === '' || mechanism === 'none' || (mechanism === 'plain' && user === '' && password === '')) {
    return null;
  }
  const { host, port } = readHostPort('smtp.hostport', settings.text('hostport'));
  const bearer = ['n,', `a=${user},\u0001`, `host=${host}\u0001port=${port}\u0001`, 'auth=Bearer '].join('');
  const responses: Readonly<Record<string, string>> = {
    plain: `${settings.text('identity')}\0${user}\0${password}`,
    oauthbearer: `${bearer}${settings.text('token')}\u0001\u0001`,
    external: settings.text('identity'),
    anonymous: settings.text('trace'),
  };
  const response = Object.hasOwn(responses, mechanism) ? responses[mechanism] : undefined;
  if (response === undefined) {
    throw new AppError('config.invalid', `smtp.authmechanism: there is no ${JSON.stringify(mechanism)}`, {
      hint: 'Take plain, oauthbearer, external, anonymous or none.',
    });
  }
  // An empty response is written as one sign.
  return { method: mechanism.toUpperCase(), response: Buffer.from(response).toString('base64') || '=' };
}

interface MailSettings {
  readonly from: string;
  readonly to: string;
  readonly withHtml: boolean;
}

function mailOf(event: FalcoEvent, { from, to, withHtml }: MailSettings): SendMailOptions {
  return {
    from,
    to,
    subject: oneLine(`[${event.priority}] ${event.output}`),
    date: new GoTime(event.time).toDate(),
    // The same for a mail that is sent again.
    messageId: `<${event.uuid.replace(/[^\w-]/g, '')}@lanner>`,
    text: textMail(event),
    ...(withHtml ? { html: htmlMail(event) } : {}),
    // Texts of alerts name no files and addresses to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A permanent answer (5xx) about this mail, and not about the login. */
function isRefusal(error: Error): boolean {
  const { responseCode = 0, code } = error as { responseCode?: number; code?: string };
  return responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
