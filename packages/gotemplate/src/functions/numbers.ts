import type { Value } from '../value.ts';
import { failure, toInteger, toNumber } from './failure.ts';

/** Arithmetic under the names of the Sprig library. */
export const numberFunctions = {
  int: toInteger,
  int64: toInteger,
  float64: toNumber,
  atoi: toInteger,
  add: (...values: Value[]) => sum(values.map(toInteger)),
  add1: (value: Value) => toInteger(value) + 1,
  sub: (a: Value, b: Value) => toInteger(a) - toInteger(b),
  mul: (...values: Value[]) => product(values.map(toInteger)),
  div: (a: Value, b: Value) => Math.trunc(toInteger(a) / divisor(b)),
  mod: (a: Value, b: Value) => toInteger(a) % divisor(b),
  max: (...values: Value[]) => Math.max(...values.map(toInteger)),
  min: (...values: Value[]) => Math.min(...values.map(toInteger)),
  addf: (...values: Value[]) => sum(values.map(toNumber)),
  subf: (a: Value, ...values: Value[]) => toNumber(a) - sum(values.map(toNumber)),
  mulf: (...values: Value[]) => product(values.map(toNumber)),
  divf: (a: Value, b: Value) => toNumber(a) / toNumber(b),
  maxf: (...values: Value[]) => Math.max(...values.map(toNumber)),
  minf: (...values: Value[]) => Math.min(...values.map(toNumber)),
  floor: (value: Value) => Math.floor(toNumber(value)),
  ceil: (value: Value) => Math.ceil(toNumber(value)),
  round(value: Value, digits: Value) {
    const scale = 10 ** toInteger(digits);
    return Math.round(toNumber(value) * scale) / scale;
  },
};

function divisor(value: Value): number {
  const number = toInteger(value);
  if (number === 0) {
    throw failure('division by zero');
  }
  return number;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) {
    total += value;
  }
  return total;
}

function product(values: readonly number[]): number {
  let total = 1;
  for (const value of values) {
    total *= value;
  }
  return total;
}
