import { createServer } from 'node:https';
import { type Listening, listenOn, type ListenPlace } from '../lib/listen-on.ts';
import { AgentRequests, type AgentRequestsOptions } from './agent-requests.ts';
import type { AgentRegistry } from './registry.ts';

export interface AgentServerOptions extends AgentRequestsOptions, ListenPlace {}

const timeoutMs = 60_000;
const maxConnections = 20_000;
const serverCertificateEveryMs = 86_400_000;

/** The port of the agents: TLS by the server's own authority. Throws AppError 'server.listen'. */
export async function startAgentServer(options: AgentServerOptions): Promise<Listening> {
  const { registry, now } = options;
  const server = createServer(tlsOf(registry, now()));
  const handler = new AgentRequests(options);
  server.on('request', (request, response) => {
    void handler.answer(request, response);
  });
  server.requestTimeout = timeoutMs;
  server.headersTimeout = timeoutMs;
  server.keepAliveTimeout = timeoutMs;
  server.maxConnections = maxConnections;
  registry.onRevoked((id) => {
    handler.disconnect(id);
  });
  const listening = await listenOn(server, options);
  // A server that runs for years has a certificate that is good all the same.
  const renewal = setInterval(() => {
    server.setSecureContext(tlsOf(registry, now()));
  }, serverCertificateEveryMs).unref();
  return {
    ...listening,
    close() {
      clearInterval(renewal);
      const closed = listening.close();
      handler.endSoon();
      return closed;
    },
  };
}

function tlsOf({ authority }: AgentRegistry, nowMs: number): object {
  const { key, certificate } = authority.issueServer(nowMs);
  return {
    key,
    cert: certificate,
    ca: authority.certificate,
    minVersion: 'TLSv1.3',
    requestCert: true,
    // Whoever enrols has none yet; the others are looked at for each request.
    rejectUnauthorized: false,
  };
}
