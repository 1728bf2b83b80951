export { type AttestationOptions, fetchVexAttestation } from './attestation.ts';
export type { VexRepositoriesOptions } from './repositories.ts';
export { openVexSources, type VexPorts } from './sources.ts';
export type { VexDocument } from './statement.ts';
