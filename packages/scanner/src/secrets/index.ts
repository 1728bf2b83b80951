export { defaultSecretConfig, parseSecretConfig, type SecretConfig } from './config.ts';
export { secretsInImageConfig } from './image-config.ts';
export { isBinary, printableBytes } from './printable.ts';
export { type ChunkSizes, SecretScanner, type SecretSource } from './secret-scanner.ts';
