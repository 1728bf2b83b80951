import { type Behaviour, listen, loopback, socket } from './behaviour.ts';

/** The port that the standard keeps for discarding what comes. */
const discard = 9;

/** Behaviours that rules about the network live on. */
export const networkBehaviours: readonly Behaviour[] = [
  {
    id: 'socket',
    family: 'network',
    doc: 'Makes a socket of the machine itself.',
    condition: 'evt.type = socket and evt.arg.domain contains AF_UNIX',
    act: (stage) => socket(stage, 1, 1),
  },
  {
    id: 'connect',
    family: 'network',
    doc: 'Connects to a server on the loopback.',
    condition: 'evt.type = connect and fd.sip = 127.0.0.1 and fd.l4proto = tcp',
    act(stage) {
      const { port } = listen(stage);
      stage.call('connect', socket(stage, 1), loopback(port), 16);
    },
  },
  {
    id: 'connect-udp',
    family: 'network',
    doc: 'Names a peer for a datagram socket.',
    condition: `evt.type = connect and fd.sport = ${discard} and fd.l4proto = udp`,
    act: (stage) => stage.call('connect', socket(stage, 2), loopback(discard), 16),
  },
  {
    id: 'bind',
    family: 'network',
    doc: 'Binds a socket to an address.',
    condition: 'evt.type = bind and evt.failed = false',
    act: (stage) => stage.call('bind', socket(stage, 1), loopback(0), 16),
  },
  {
    id: 'listen',
    family: 'network',
    doc: 'Waits for connections.',
    condition: 'evt.type = listen and evt.failed = false',
    act: (stage) => listen(stage),
  },
  {
    id: 'accept',
    family: 'network',
    doc: 'Takes a connection on the loopback.',
    condition: 'evt.type in (accept, accept4) and fd.cip = 127.0.0.1',
    act(stage) {
      const { fd, port } = listen(stage);
      stage.call('connect', socket(stage, 1), loopback(port), 16);
      stage.call('accept4', fd, null, null, 0);
    },
  },
  {
    id: 'sendto',
    family: 'network',
    doc: 'Sends a datagram to the discard port of the loopback.',
    condition: `evt.type = sendto and fd.sport = ${discard}`,
    act: (stage) => stage.call('sendto', socket(stage, 2), 'x', 1, 0, loopback(discard), 16),
  },
  {
    id: 'redirect',
    family: 'network',
    doc: 'Makes a connection its standard input.',
    condition: 'evt.type in (dup, dup2, dup3) and evt.rawres = 0 and fd.type = ipv4',
    act(stage) {
      const { port } = listen(stage);
      const fd = socket(stage, 1);
      stage.call('connect', fd, loopback(port), 16);
      stage.call('dup3', fd, 0, 0);
    },
  },
  {
    id: 'socketpair',
    family: 'network',
    doc: 'Makes a pair of connected sockets.',
    condition: 'evt.type = socketpair and evt.failed = false',
    act: ({ call }) => call('socketpair', 1, 1, 0, new Uint8Array(8)),
  },
];
