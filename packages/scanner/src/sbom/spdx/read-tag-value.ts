import { AppError } from '@lanner/core';
import { digestNameOf } from '../digests.ts';
import {
  emptyDocument,
  newPackage,
  type SpdxDocument,
  type SpdxOtherLicense,
  type SpdxPackage,
} from './document.ts';

/** Reads the tag-value syntax of SPDX 2.2 and 2.3. Throws AppError 'artifact.parse' for what is none. */
export function readSpdxTagValue(text: string): SpdxDocument {
  const reader = new TagReader();
  for (const [tag, value] of tagsOf(text)) {
    reader.take(tag, value);
  }
  return reader.document();
}

/** Tags with their values; values in `<text>` may have several lines. */
function* tagsOf(text: string): Generator<readonly [string, string]> {
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').replace(/\r$/, '');
    if (line.trim() === '' || line.startsWith('#')) {
      continue;
    }
    const [, tag = '', rest = ''] = /^([A-Za-z]+):[ \t]*(.*)$/s.exec(line) ?? [];
    if (tag === '') {
      throw new AppError('artifact.parse', 'a line of an SPDX document has no tag', {
        details: { line: i + 1 },
      });
    }
    if (!rest.startsWith('<text>')) {
      yield [tag, rest.trim()];
      continue;
    }
    const parts = [rest.slice('<text>'.length)];
    while (!(parts.at(-1) ?? '').includes('</text>')) {
      if (++i >= lines.length) {
        throw new AppError('artifact.parse', 'a <text> of an SPDX document does not end');
      }
      parts.push((lines[i] ?? '').replace(/\r$/, ''));
    }
    const whole = parts.join('\n');
    yield [tag, whole.slice(0, whole.indexOf('</text>'))];
  }
}

/** What a tag belongs to is said by the tags before it. */
class TagReader {
  readonly #document = emptyDocument();
  #isSpdx = false;
  #pkg: SpdxPackage | null = null;
  #file: { path: string; checksums: string[] } | null = null;
  #license: SpdxOtherLicense | null = null;
  #pendingName: string | null = null;
  /** Facts by the id that an annotation names. */
  readonly #annotated = new Map<string, string[]>();
  #comment: string | null = null;
  #about: string | null = null;

  take(tag: string, value: string): void {
    switch (tag) {
      case 'SPDXVersion':
        this.#isSpdx = true;
        return;
      case 'Creator':
        this.#document.creators.push(value);
        return;
      case 'PackageName':
        this.#pendingName = value;
        this.#pkg = this.#file = null;
        return;
      case 'FileName':
        this.#file = { path: value, checksums: [] };
        return;
      case 'SPDXID':
        this.#startElement(value);
        return;
      case 'Relationship':
        this.#relate(value);
        return;
      case 'LicenseID':
        this.#license = { id: value };
        this.#document.otherLicenses.push(this.#license);
        return;
      case 'AnnotationComment':
        this.#comment = value;
        this.#annotate();
        return;
      case 'SPDXREF':
        this.#about = value;
        this.#annotate();
        return;
      default:
        this.#takeFact(tag, value);
    }
  }

  document(): SpdxDocument {
    if (!this.#isSpdx) {
      throw new AppError('artifact.parse', 'this is no SPDX document');
    }
    for (const pkg of this.#document.packages) {
      pkg.facts.push(...(this.#annotated.get(pkg.id) ?? []));
    }
    return this.#document;
  }

  #startElement(id: string): void {
    if (this.#file !== null) {
      this.#document.files.push({ ...this.#file, id });
      this.#file = { path: '', checksums: this.#document.files.at(-1)?.checksums ?? [] };
      this.#pkg?.fileIds.push(id);
    } else if (this.#pendingName !== null) {
      this.#pkg = newPackage(id, this.#pendingName);
      this.#pendingName = null;
      this.#document.packages.push(this.#pkg);
    }
  }

  #relate(value: string): void {
    const [from = '', type = '', to = ''] = value.split(/\s+/);
    this.#document.relationships.push({ from, type, to });
  }

  /** Whichever of the two comes first waits for the other. */
  #annotate(): void {
    if (this.#about === null || this.#comment === null) {
      return;
    }
    const known = this.#annotated.get(this.#about);
    if (known === undefined) {
      this.#annotated.set(this.#about, [this.#comment]);
    } else {
      known.push(this.#comment);
    }
    this.#about = this.#comment = null;
  }

  #takeFact(tag: string, value: string): void {
    const checksum = tag === 'FileChecksum' || tag === 'PackageChecksum' ? readChecksum(value) : null;
    if (checksum !== null) {
      (tag === 'FileChecksum' ? this.#file : this.#pkg)?.checksums.push(checksum);
    } else if (this.#license !== null && (tag === 'LicenseName' || tag === 'ExtractedText')) {
      this.#license[tag === 'LicenseName' ? 'name' : 'text'] = value;
    } else if (this.#pkg !== null) {
      takePackageFact(this.#pkg, tag, value);
    }
  }
}

function takePackageFact(pkg: SpdxPackage, tag: string, value: string): void {
  switch (tag) {
    case 'PackageVersion':
      pkg.version = value;
      return;
    case 'PackageSupplier':
      pkg.supplier = value;
      return;
    case 'PackageSourceInfo':
      pkg.sourceInfo = value;
      return;
    case 'PackageLicenseDeclared':
      pkg.licenseDeclared = value;
      return;
    case 'PrimaryPackagePurpose':
      pkg.purpose = value;
      return;
    case 'PackageAttributionText':
      pkg.facts.push(value);
      return;
    case 'ExternalRef': {
      const [, type, locator] = value.split(/\s+/);
      if (type === 'purl' && locator !== undefined) {
        pkg.purl = locator;
      }
    }
  }
}

function readChecksum(value: string): string | null {
  const [, algorithm = '', hex = ''] = /^([A-Za-z0-9-]+):\s*([0-9a-fA-F]+)$/.exec(value) ?? [];
  const name = digestNameOf(algorithm);
  return name === null ? null : `${name}:${hex}`;
}
