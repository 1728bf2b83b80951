import { expect, test } from 'vitest';
import { allCapabilities, capabilitiesText } from './capabilities.ts';

test('names come in the order of their bits', () => {
  expect(capabilitiesText(0n)).toBe('');
  expect(capabilitiesText(0b11n)).toBe('CAP_CHOWN CAP_DAC_OVERRIDE');
  expect(capabilitiesText((1n << 40n) | (1n << 31n) | (1n << 32n))).toBe(
    'CAP_SETFCAP CAP_MAC_OVERRIDE CAP_CHECKPOINT_RESTORE',
  );
});

test('bits beyond the last capability say nothing', () => {
  expect(capabilitiesText(1n << 63n)).toBe('');
  expect(capabilitiesText(allCapabilities).split(' ')).toHaveLength(41);
});
