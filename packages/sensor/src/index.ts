export { type AuditLimits, AuditReader, type AuditStep, k8sauditPluginId } from './audit/reader.ts';
export { type AuditReplayOptions, type AuditReplayResult, replayAudit } from './audit/replay.ts';
export { CaptureFile, type CaptureFileOptions } from './capture/capture-file.ts';
export { latin1 } from './capture/latin1.ts';
export { type CaptureLimits, CaptureReader, type CaptureStep } from './capture/reader.ts';
export type {
  CaptureSink,
  FdRecord,
  InterfaceRecord,
  MachineRecord,
  ThreadRecord,
} from './capture/records.ts';
export { replayCapture, type ReplayOptions, type ReplayResult } from './capture/replay.ts';
export { captureChunks, type CaptureSource } from './capture/source.ts';
export { captureStats, type CaptureStats } from './capture/stats.ts';
export { type SyntheticOptions, writeSyntheticCapture } from './capture/synthetic.ts';
export { type CaptureOutput, CaptureWriter } from './capture/writer.ts';
export { interfaceRecords, machineRecord, parseGroups, parseUsers } from './proc/machine.ts';
export { ProcessSource, type ProcessSourceOptions } from './proc/process-source.ts';
export { type ProcFiles, procFiles } from './proc/proc-files.ts';
export { descendants, scanProcesses, type ScanOptions, type ScanResult } from './proc/scan.ts';
export { type CallArgument, type SystemCall, systemCaller } from './lib/system-call.ts';
export type { EventHandler } from './event-handler.ts';
export type { CpuCounts, LiveStats } from './live/counters.ts';
export type { LiveHeader } from './live/live-header.ts';
export type { MissingFeature } from './live/probe.ts';
export { recordedTypes } from './live/recorded-types.ts';
export { singleCall } from './live/routes.ts';
export { unrecordedTypes } from './live/unrecorded-types.ts';
export type { LiveScope } from './live/scope.ts';
export {
  type LiveEventHandler,
  LiveSensor,
  type LiveSensorOptions,
  openLiveSensor,
  type PreparedSensor,
  prepareLiveSensor,
} from './live/sensor.ts';
export { containerEvent, type ContainerEventName } from './state/container-event.ts';
export { containerWith, parseContainer } from './state/container-json.ts';
export { freezeEvent } from './state/frozen-event.ts';
export { type StateOptions, StateTables } from './state/tables.ts';
export { writeState } from './state/to-records.ts';
export { setEventSource } from './event-source.ts';
export type { StateStats } from './state/counters.ts';
export { type CgroupEngine, cgroupEngines } from './state/cgroup-matchers.ts';
export type { ContainerIdentity, StaticContainer } from './state/containers.ts';
