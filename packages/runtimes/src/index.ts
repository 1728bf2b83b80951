export * from './bbolt/index.ts';
export {
  type BlobStart,
  type Descriptor,
  type Manifest,
  RegistryClient,
  type RegistryCredentials,
  type RegistryOptions,
  sha256,
} from './registry/client.ts';
export { type CredentialEffects, dockerCredentials } from './registry/docker-config.ts';
export { soundDescriptors } from './registry/manifest-json.ts';
export { type ImageReference, parseReference, printReference } from './registry/reference.ts';
export { type TarEntry, TarReader, type TarVisitor } from './tar/reader.ts';
export type { TarSink } from './tar/sink.ts';
export { readSmallTar, type TarFile } from './tar/small.ts';
export {
  registryAccess,
  type RegistryAccess,
  type RegistryAccessOptions,
  type RegistryLogin,
  type RemoteImage,
} from './registry/access.ts';
export { httpsFetch, type HttpsFetchOptions } from './registry/https-fetch.ts';
export { ContainerdDisk, containerdRoots, type StoredImage } from './containerd/disk.ts';
export { ContainerdImages, containerdSockets } from './containerd/images.ts';
export { EngineClient, type EngineImage, socketPath } from './docker/engine.ts';
export type {
  ContainerDescription,
  ContainerQuestion,
  ContainerRuntime,
  ContainerWatcher,
} from './containers/description.ts';
export { type DirectoryFigures, type DirectoryOptions, RuntimeDirectory } from './containers/directory.ts';
export { type EngineSockets, type SocketEngine, socketEngines } from './containers/find-runtimes.ts';
