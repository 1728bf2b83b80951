import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const cycloneDxFolder = new URL(
  '../res/schema/',
  // The package says where its code is; the schemas lie beside that.
  `file://${createRequire(import.meta.url)
    .resolve('@cyclonedx/cyclonedx-library/package.json')
    .replace('package.json', 'dist/')}`,
);

/** What is wrong with a document, by a published schema; empty for a valid one. */
export type Problems = (document: unknown) => readonly string[];

/** Throws for a version of which there is no schema. */
export function cycloneDxProblems(version: string): Problems {
  const validator = newValidator();
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    // Named by where it lies, as the others refer to it.
    validator.addSchema(
      without(cycloneDxSchema(name), '$id'),
      `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
    );
  }
  return problemsBy(validator.compile(cycloneDxSchema(`bom-${version}`)));
}

export function spdxProblems(): Problems {
  return problemsBy(newValidator().compile(readSchema(new URL('schemas/spdx-2.3.json', import.meta.url))));
}

export function sarifProblems(): Problems {
  // The fourth draft of JSON Schema wrote the id in another member; nothing else that this schema has is different.
  const schema = readSchema(new URL('schemas/sarif-2.1.0.json', import.meta.url));
  // One of its patterns is none with the flag for Unicode.
  return problemsBy(newValidator(false).compile(without(schema, '$schema', 'id')));
}

function newValidator(unicodeRegExp = true): Ajv {
  const validator = new Ajv({ strict: false, allErrors: true, unicodeRegExp });
  addFormats.default(validator);
  // Formats for other scripts than Latin; what is written here is checked as an address or as a mail address elsewhere.
  validator.addFormat('iri-reference', /^[^\s<>"{}|\\^`]*$/);
  validator.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
  return validator;
}

function problemsBy(validate: ValidateFunction): Problems {
  return (document) => {
    validate(document);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  };
}

function without(schema: Record<string, unknown>, ...members: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !members.includes(name)));
}

function cycloneDxSchema(name: string): Record<string, unknown> {
  return readSchema(new URL(`${name}.SNAPSHOT.schema.json`, cycloneDxFolder));
}

function readSchema(place: URL): Record<string, unknown> {
  return JSON.parse(readFileSync(place, 'utf8')) as Record<string, unknown>;
}
