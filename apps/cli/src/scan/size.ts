import { AppError } from '@lanner/core';

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes of `10GB`, `1.5 GiB`, `1000`. Throws AppError 'usage.invalid'. */
export function parseSize(text: string): number {
  const [, number, unit = 'b'] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase().replace(/^([kmgt])$/, '$1b')];
  if (number === undefined || factor === undefined) {
    throw new AppError('usage.invalid', `'${text}' is no size`, { hint: 'Write it like 10GB or 500MiB.' });
  }
  return Number(number) * factor;
}
