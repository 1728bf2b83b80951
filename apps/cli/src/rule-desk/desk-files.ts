import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { AppError } from '@lanner/core';

/** In the order of loading, also for `-r` with the folder. */
const names = { own: '1-own.yaml', exceptions: '2-exceptions.yaml', switches: '3-switches.yaml' } as const;
/** No rule file by its name: a folder that is loaded leaves it alone. */
const previousName = '1-own.yaml.previous';

/** The texts of the rule files that the page writes; '' for one that is not there. */
export interface DeskTexts {
  readonly own: string;
  readonly exceptions: string;
  readonly switches: string;
}

/** The folder of the rule files that the page writes. */
export class DeskFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  pathOf(name: keyof DeskTexts): string {
    return join(this.folder, names[name]);
  }

  /** Throws AppError 'file.read'. */
  read(): DeskTexts {
    return {
      own: this.#text(names.own),
      exceptions: this.#text(names.exceptions),
      switches: this.#text(names.switches),
    };
  }

  /** The own rules before the last change; null when there was none. */
  previous(): string | null {
    return existsSync(join(this.folder, previousName)) ? this.#text(previousName) : null;
  }

  /** Writes what differs, each file whole or not at all. Throws AppError 'file.write'. */
  write(texts: DeskTexts, before: DeskTexts): void {
    for (const name of ['own', 'exceptions', 'switches'] as const) {
      if (texts[name] !== before[name]) {
        this.#replace(names[name], texts[name]);
      }
    }
  }

  keepPrevious(text: string): void {
    this.#replace(previousName, text);
  }

  #text(name: string): string {
    const path = join(this.folder, name);
    try {
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    } catch (error) {
      throw new AppError('file.read', `${path} cannot be read: ${(error as Error).message}`, {
        cause: error,
        hint: 'Check its permissions.',
      });
    }
  }

  #replace(name: string, text: string): void {
    const path = join(this.folder, name);
    const temporary = join(this.folder, `.${name}.new`);
    try {
      if (text === '') {
        rmSync(path, { force: true });
        return;
      }
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, text, { mode: 0o600, flush: true });
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
        cause: error,
        hint: 'Check the permissions of the folder, and whether its disk is full.',
      });
    }
  }
}

/** Names a text, so that a change can say which one it is a change of. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
