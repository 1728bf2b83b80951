export * from './bbolt/index.ts';
export {
  type Descriptor,
  type Manifest,
  RegistryClient,
  type RegistryCredentials,
  type RegistryOptions,
  sha256,
} from './registry/client.ts';
export { type CredentialEffects, dockerCredentials } from './registry/docker-config.ts';
export { type ImageReference, parseReference, printReference } from './registry/reference.ts';
export { readSmallTar, type TarFile } from './tar.ts';
