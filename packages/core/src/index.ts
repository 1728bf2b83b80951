export { ClockGuard, type ClockGuardOptions } from './clock-guard.ts';
export { AppError, errorCodes, type ErrorCode } from './errors.ts';
export { logValue } from './log-value.ts';
export { type Log, type LogDetails, type LogLevel, silentLog } from './log.ts';
export { editDistance, nearest } from './nearest.ts';
export { percentDecoded } from './percent-decoded.ts';
export { unreadable } from './unreadable.ts';
