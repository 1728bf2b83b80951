import { parentPort } from 'node:worker_threads';
import { packError, type ThreadAnswer, type ThreadMethods, type ThreadRequest } from '@lanner/hub';
import { deskMethods } from './work.ts';

if (parentPort === null) {
  throw new Error('this file is the entry of a thread');
}
const port = parentPort;
const methods: ThreadMethods = deskMethods();

port.on('message', ({ id, name, args }: ThreadRequest) => {
  port.postMessage(answerTo(id, name, args));
});

function answerTo(id: number, name: string, args: readonly unknown[]): ThreadAnswer {
  try {
    return { id, value: methods[name]?.(...args) };
  } catch (error) {
    return { id, error: packError(error, null) };
  }
}
