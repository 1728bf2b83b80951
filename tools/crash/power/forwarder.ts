// Passes connections of an address on to the same ports of loopback. Words: address, ports. It runs in a guest, from this
// file alone.
import { connect, createServer } from 'node:net';

const [, , address = '', ...ports] = process.argv;
for (const port of ports.map(Number)) {
  createServer((outer) => {
    const inner = connect(port, '127.0.0.1');
    outer.pipe(inner).pipe(outer);
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
  }).listen(port, address);
}
