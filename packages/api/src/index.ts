export { type AppendOutput, FalcoConfig, type RuleSelection } from './falco-config/config.ts';
export { configKeys, type ConfigKey, removedKeys } from './falco-config/keys.ts';
export {
  type ConfigFiles,
  type IncludeStrategy,
  loadFalcoConfig,
  type LoadConfigInput,
  type LoadedConfig,
} from './falco-config/load.ts';
export type { ConfigProblem } from './falco-config/problem.ts';
