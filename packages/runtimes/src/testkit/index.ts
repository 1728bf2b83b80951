export { makeBusyboxImage } from './container-image.ts';
export { type ContainerPlan, CriPods, type Pod, type PodPlan } from './cri-pods.ts';
export { LoopbackServers } from './loopback-servers.ts';
export {
  pauseImage,
  PrivateContainerd,
  removeControlGroup,
  waitUntil,
  whyNoContainerd,
} from './private-containerd.ts';
export { PrivateDocker, whyNoDocker } from './private-docker.ts';
export { PrivatePodman, whyNoPodman } from './private-podman.ts';
export { type TarInput, withChecksum, writeTar } from './tar-writer.ts';
