import { Buffer } from 'node:buffer';
import { AppError } from '@lanner/core';
import { systemCalls } from '@lanner/engine';

/** What a system call takes: numbers, texts (NUL is added), and memory that it reads or fills; null is address 0. */
export type CallArgument = number | string | Uint8Array | null;

/** Makes a system call by its name; the result, or the negative error number. */
export type SystemCall = (name: string, ...args: readonly CallArgument[]) => number;

/** The system calls of this machine, by their names. Throws AppError 'sensor.unavailable' where they cannot be made. */
export async function systemCaller(): Promise<SystemCall> {
  // Loaded when it is needed: it takes memory of every process that has it.
  const { default: koffi } = await import('koffi');
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const numbers = new Map(systemCalls.map((entry) => [entry.name, entry[architecture]]));
  const libc = koffi.load('libc.so.6');
  return (name, ...args) => {
    const number = numbers.get(name);
    if (number === undefined || number === null) {
      throw new AppError('sensor.unavailable', `there is no system call ${name} on ${architecture}`);
    }
    const types = args.map((arg) => (typeof arg === 'number' ? 'long' : 'void *'));
    const call = libc.func('syscall', 'long', ['long', ...types]) as (...values: unknown[]) => number;
    const values = args.map((arg) => (typeof arg === 'string' ? Buffer.from(`${arg}\0`, 'latin1') : arg));
    const result = call(number, ...values);
    return result === -1 ? -koffi.errno() : result;
  };
}
