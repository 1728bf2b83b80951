import type { NewAlert } from '@lanner/api';
import { alertGenerator, type AlertGeneratorOptions } from './alert-generator.ts';

/** The first alerts of the generator. */
export function sampleAlerts(count: number, options: AlertGeneratorOptions = {}): NewAlert[] {
  const generator = alertGenerator(options);
  return Array.from({ length: count }, () => generator.next().value);
}
