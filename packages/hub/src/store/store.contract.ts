import { describe } from 'vitest';
import { alertContract } from './contract/alerts.contract.ts';
import { deliveryContract } from './contract/deliveries.contract.ts';
import { documentContract } from './contract/documents.contract.ts';
import { findingContract } from './contract/findings.contract.ts';
import { queryContract } from './contract/queries.contract.ts';
import { retentionContract } from './contract/retention.contract.ts';
import type { OpenEmptyStore } from './contract/open-store.ts';

/** What every store must pass. */
export function storeContract(name: string, open: OpenEmptyStore): void {
  describe(`${name} is a store`, () => {
    describe('alerts', () => alertContract(open));
    describe('queries', () => queryContract(open));
    describe('deliveries', () => deliveryContract(open));
    describe('documents', () => documentContract(open));
    describe('findings', () => findingContract(open));
    describe('retention', () => retentionContract(open));
  });
}
