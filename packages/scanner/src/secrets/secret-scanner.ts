import type { SecretFinding } from '../model/index.ts';
import { ChunkSearch, type RawSecret } from './chunk-search.ts';
import { defaultSecretConfig, type SecretConfig } from './config.ts';
import { censor, countLines, locate } from './locate.ts';
import type { AllowRule } from './rules.ts';
import { pathTest } from './skipped-paths.ts';

/** The file that is looked through, read in parts. */
export interface SecretSource {
  readonly size: number;
  readonly read: (offset: number, length: number) => Buffer;
  /** The same into a given buffer; absent when nothing has to be copied. */
  readonly readInto?: (buffer: Buffer, offset: number) => Buffer;
}

export interface ChunkSizes {
  readonly chunk: number;
  /** Bytes of a chunk that the next one has again, for secrets across its end. */
  readonly overlap: number;
}

const usualSizes: ChunkSizes = { chunk: 64 * 1024, overlap: 4096 };

/** More of them in one file are not listed. */
const maxFindings = 5000;

/** Finds secrets in files. */
export class SecretScanner {
  readonly #allow: readonly AllowRule[];
  readonly #search: ChunkSearch;
  #buffer = Buffer.alloc(0);
  readonly isSkipped: (path: string) => boolean;

  constructor(config: SecretConfig = defaultSecretConfig) {
    this.#allow = config.allow.filter(({ path }) => path !== undefined);
    this.#search = new ChunkSearch(config);
    this.isSkipped = pathTest(config.skips);
  }

  /** Whether nothing in a file of that path counts as secret. */
  allowsPath(path: string): boolean {
    return this.#allow.some((rule) => rule.path?.(path) === true);
  }

  /** The secrets of a file, by rule and then by what is shown of them. */
  scan(path: string, source: SecretSource, sizes: ChunkSizes = usualSizes): SecretFinding[] {
    if (this.allowsPath(path)) {
      return [];
    }
    const findings = new Map<string, SecretFinding>();
    const lines = new LineCounter(source);
    const step = sizes.chunk - sizes.overlap;
    for (let offset = 0; offset < source.size && findings.size < maxFindings; offset += step) {
      const chunk = this.#read(source, offset, sizes.chunk);
      const next = offset + sizes.chunk < source.size ? step : chunk.length;
      const secrets = this.#search.find(chunk, path).filter((secret) => isWhole(secret, chunk, next));
      if (secrets.length > 0) {
        addFindings(findings, secrets, { censored: censored(chunk, secrets), offset, lines });
      }
      if (next === chunk.length) {
        break;
      }
    }
    return [...findings.values()].sort(
      (a, b) => compare(a.ruleId, b.ruleId) || compare(a.match, b.match) || (a.offset ?? 0) - (b.offset ?? 0),
    );
  }

  /** One buffer for all files: a new one for each would keep the collector of garbage busy. */
  #read(source: SecretSource, offset: number, length: number): Buffer {
    if (source.readInto === undefined) {
      return source.read(offset, length);
    }
    if (this.#buffer.length !== length) {
      this.#buffer = Buffer.alloc(length);
    }
    return source.readInto(this.#buffer, offset);
  }
}

/** What reaches the end of a chunk may go on; the next chunk has all of it when it begins there. */
function isWhole({ start, end }: RawSecret, chunk: Buffer, next: number): boolean {
  return end < chunk.length || start < next || next === chunk.length;
}

function censored(chunk: Buffer, secrets: readonly RawSecret[]): Buffer {
  const copy = Buffer.from(chunk);
  for (const secret of secrets) {
    censor(copy, secret);
  }
  return copy;
}

interface Place {
  readonly censored: Buffer;
  /** Of the chunk in the file. */
  readonly offset: number;
  readonly lines: LineCounter;
}

function addFindings(
  findings: Map<string, SecretFinding>,
  secrets: readonly RawSecret[],
  { censored: text, offset, lines }: Place,
): void {
  const firstLine = lines.before(offset);
  for (const secret of secrets) {
    const { rule, start } = secret;
    const { startLine, endLine, match, code } = locate(text, secret, firstLine);
    const key = `${rule.id}:${startLine}:${endLine}:${offset + start}`;
    if (!findings.has(key) && findings.size < maxFindings) {
      findings.set(key, {
        ruleId: rule.id,
        category: rule.category,
        severity: rule.severity,
        title: rule.title,
        startLine: startLine + 1,
        endLine: endLine + 1,
        code,
        match,
        offset: offset + start,
      });
    }
  }
}

/** Counts lines only of files in which something was found. */
class LineCounter {
  readonly #source: SecretSource;
  #offset = 0;
  #lines = 0;

  constructor(source: SecretSource) {
    this.#source = source;
  }

  /** Line feeds before an offset; offsets must not fall. */
  before(offset: number): number {
    while (this.#offset < offset) {
      const part = this.#source.read(this.#offset, Math.min(usualSizes.chunk, offset - this.#offset));
      if (part.length === 0) {
        break;
      }
      this.#lines += countLines(part, 0, part.length);
      this.#offset += part.length;
    }
    return this.#lines;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
