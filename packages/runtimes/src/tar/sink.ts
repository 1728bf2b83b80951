/** Takes the content of one file. */
export interface TarSink {
  /** The bytes are valid until it returns. */
  readonly write: (bytes: Buffer) => void;
  readonly end: () => void;
}
