import { EventView, fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { latin1 } from '../capture/latin1.ts';
import { CaptureReader } from '../capture/reader.ts';
import { CaptureWriter } from '../capture/writer.ts';
import { bashTid, StateSession } from '../testkit/state-session.ts';
import { StateTables } from './tables.ts';
import { fdToRecord, threadToRecord, writeState } from './to-records.ts';

/** Tables that are written into a capture, and read again. */
function written(state: StateTables): StateTables {
  const chunks: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => chunks.push(bytes));
  writeState(state, writer);
  // A capture has an event at least; one that changes nothing.
  const session = new StateSession();
  writer.event(session.apply('SYSCALL_MPROTECT_X', [0, 0, 0, 0]));
  writer.end();
  const reader = new CaptureReader();
  const again = new StateTables();
  const event = new EventView(again, latin1);
  chunks.forEach((chunk) => {
    reader.push(chunk);
  });
  reader.end();
  while (reader.next(event, again.sink) === 'event') {
    again.apply(event);
  }
  return again;
}

test('a thread with its family, files and sockets comes back from a capture as it was', () => {
  const session = new StateSession();
  session.fd(bashTid, 7, fdTypes.unix, { unixSource: 5n, name: '/run/x' });
  session.fd(bashTid, 8, fdTypes.ipv4Server, { dip: '\x7f\0\0\x01', dport: 80, l4: 2 });
  session.fd(bashTid, 9, fdTypes.ipv4, {
    sip: '\x7f\0\0\x01',
    sport: 80,
    dip: '\x0a\0\0\x02',
    dport: 4000,
    l4: 2,
  });
  session.open(3, '/etc/shadow');
  const again = written(session.state);
  const before = session.state.thread(bashTid);
  const after = again.thread(bashTid);
  if (before === null || after === null) {
    throw new Error('bash is missing');
  }
  expect(threadToRecord(after)).toEqual({ ...threadToRecord(before), cloneTs: 0n });
  expect(after.parent?.comm).toBe('init');
  expect(after.fds.size).toBe(4);
  for (const [fd, entry] of before.ownFds.entries()) {
    const copy = after.ownFds.get(fd);
    expect(copy?.name).toBe(entry.name);
    expect(copy === undefined ? null : fdToRecord(fd, copy)).toEqual(fdToRecord(fd, entry));
  }
  expect(after.fds.get(9)).toMatchObject({ isServer: true, sport: 4000, dport: 80 });
});
