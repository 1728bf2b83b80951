/** Every failure a user can see has one of these codes; docs/reference/errors.md is generated from this map. */
export const errorCodes = {
  'usage.invalid': 'The command line is not valid.',
  'file.read': 'A file could not be read.',
  'file.write': 'A file could not be written.',
  'capture.format': 'A capture file is damaged or has a form that cannot be read.',
  'capture.version': 'A capture file was written in a version that cannot be read.',
  'capture.conversion': 'An event of an old capture could not be brought into the current form.',
  'sensor.unavailable': 'This machine lacks something that the live sensor cannot work without.',
  'sensor.failed': 'The live sensor could not be started or changed.',
  'sensor.drops': 'The kernel has dropped events, and the configuration says to end then.',
  'audit.parse': 'A Kubernetes audit record could not be read.',
  'config.invalid': 'A configuration file is not valid.',
  'rules.invalid': 'A rule file was not accepted.',
  'condition.syntax': 'A condition does not follow the grammar.',
  'condition.type': 'A condition uses a field, operator or value in a way that cannot work.',
  'output.failed': 'A destination did not take an alert.',
  'output.timeout': 'A destination did not answer in time.',
  'output.rejected': 'A destination refused an alert for good; sending it again would not help.',
  'store.failed': 'The store could not carry out what was asked.',
  'store.full': 'The disk of the store is full.',
  'store.readonly': 'The disk of the store cannot be written.',
  'store.missing': 'There is nothing of that name in the store.',
  'store.conflict': 'Somebody else changed a document meanwhile.',
  'store.version': 'A store or spool has a schema that this version cannot use.',
  'store.locked': 'Another process uses the store.',
  'backup.invalid': 'A backup is not whole, or was changed after it was made.',
  'query.invalid': 'A query of stored alerts or findings is not valid.',
  'alert.invalid': 'An alert that was sent to the server is not valid.',
  'access.denied': 'Whoever asks may not do that.',
  'access.unknown': 'Name and password belong to nobody.',
  'access.provider': 'Somebody could not sign in by the OpenID provider.',
  'access.limited': 'Too many requests, or tries to sign in, came within a short time.',
  'server.busy': 'More comes in than the disk takes.',
  'agent.enrolment': 'An agent could not be enrolled, or is no longer.',
  'agent.protocol': 'Agent and server are of versions that do not understand each other.',
  'agent.unreachable': 'An agent could not reach its server, or the server did not answer as it should.',
  'server.listen': 'A port could not be opened.',
  'artifact.reference': 'A text does not name an artifact in a registry.',
  'artifact.parse': 'A file of an artifact could not be parsed.',
  'artifact.limit': 'A file or layer of an artifact is larger than what is allowed.',
  'artifact.missing': 'An artifact, or a part of it, is not where it should be.',
  'artifact.platform': 'An image is not there for the platform that was asked for.',
  'runtime.unreachable': 'A container runtime could not be reached, or did not answer in time.',
  'runtime.answer': 'A container runtime answered in a way that cannot be understood.',
  'registry.unreachable': 'A registry could not be reached.',
  'registry.missing': 'A registry does not have what was asked for.',
  'registry.denied': 'A registry does not allow what was asked for.',
  'registry.answer': 'A registry answered in a way that cannot be understood.',
  'registry.digest': 'Content from a registry does not match its digest.',
  'database.missing': 'There is no advisory database.',
  'database.format': 'An advisory database is damaged or has a form that cannot be read.',
  'database.version': 'An advisory database has a schema that cannot be used.',
  'database.busy': 'Another process is changing the advisory database.',
  'advisory.invalid': 'An advisory or VEX document could not be imported.',
  'template.syntax': 'A Go template does not follow the grammar.',
  'template.execution': 'A Go template could not be carried out on its data.',
  'output.syntax': 'An output text names a field that cannot be printed.',
} as const satisfies Record<string, string>;
export type ErrorCode = keyof typeof errorCodes;

interface AppErrorOptions {
  cause?: unknown;
  /** What the user can do about it, as an imperative sentence. */
  hint?: string | undefined;
  /** Values for the log line. Never put a secret here. */
  details?: Record<string, unknown>;
}

/** An expected failure. Anything else that is thrown is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}
