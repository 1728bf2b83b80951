import schemaOfRules from './rule-schema.json' with { type: 'json' };
import { valueOf, type YamlMap, type YamlNode, type YamlSequence } from './yaml/parse.ts';

/** The part of JSON Schema (draft 6) that schemas of Falco's files use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: 'array' | 'object' | 'string' | 'boolean' | 'integer' | 'number';
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly minProperties?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** The schema of rule files, as `falco --rule-schema` prints it. */
// The type that is inferred from the file has wider texts than the schema's words.
export const ruleSchema = schemaOfRules as JsonSchema;

interface Check {
  readonly root: JsonSchema;
  readonly problems: string[];
}

/** Problems beyond this number are not listed. */
const maxProblems = 1_000;

/**
 * Checks a YAML document. Scalars of YAML have no type here: text that reads as a number or boolean passes as one.
 * The result is `['ok']`, or one line `failed for <root>…: …` for each problem, inner ones first.
 */
export function checkSchema(document: YamlNode, schema: JsonSchema): string[] {
  const check: Check = { root: schema, problems: [] };
  return matches(document, schema, '<root>', check) ? ['ok'] : check.problems.slice(0, maxProblems);
}

function matches(node: YamlNode, schema: JsonSchema, path: string, check: Check): boolean {
  const resolved = resolve(schema, check.root);
  let valid = true;
  const fail = (problem: string): void => {
    valid = false;
    note(check, path, problem);
  };
  if (resolved.type !== undefined && !hasType(node, resolved.type)) {
    fail("Value type not permitted by 'type' constraint.");
  }
  if (resolved.anyOf !== undefined && !matchesAny(node, resolved.anyOf, path, check)) {
    fail('Failed to validate against any schemas allowed by anyOf constraint.');
  }
  if (resolved.enum !== undefined && !(node.kind === 'scalar' && resolved.enum.includes(node.value))) {
    fail('Failed to match against any enum values.');
  }
  if (resolved.items !== undefined && node.kind === 'sequence') {
    valid = matchesItems(node, resolved.items, path, check) && valid;
  }
  if (isObject(node)) {
    valid = matchesObject(node, resolved, path, check) && valid;
  }
  return valid;
}

function note({ problems }: Check, path: string, problem: string): void {
  if (problems.length < maxProblems) {
    problems.push(`failed for ${path}: ${problem}`);
  }
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : (root.definitions?.[name] ?? {});
}

function hasType(node: YamlNode, type: NonNullable<JsonSchema['type']>): boolean {
  switch (type) {
    case 'array':
      return node.kind === 'sequence';
    case 'object':
      return node.kind === 'map';
    case 'string':
      return node.kind === 'scalar';
    case 'boolean':
      return node.kind === 'scalar' && (node.value === 'true' || node.value === 'false');
    case 'integer':
      return node.kind === 'scalar' && /^\s*[+-]?\d+$/.test(node.value);
    case 'number':
      return node.kind === 'scalar' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(node.value);
  }
}

function matchesAny(node: YamlNode, schemas: readonly JsonSchema[], path: string, check: Check): boolean {
  const inner: Check = { root: check.root, problems: [] };
  for (const [index, schema] of schemas.entries()) {
    if (matches(node, schema, path, inner)) {
      return true;
    }
    note(inner, path, `Failed to validate against child schema #${index}.`);
  }
  check.problems.push(...inner.problems.slice(0, maxProblems - check.problems.length));
  return false;
}

function matchesItems(node: YamlSequence, schema: JsonSchema, path: string, check: Check): boolean {
  let valid = true;
  for (const [index, item] of node.items.entries()) {
    if (!matches(item, schema, `${path}[${index}]`, check)) {
      valid = false;
      note(check, path, `Failed to validate item #${index} in array.`);
    }
  }
  return valid;
}

/** Without types an empty list may as well be an empty object. */
function isObject(node: YamlNode): node is YamlMap | YamlSequence {
  return node.kind === 'map' || (node.kind === 'sequence' && node.items.length === 0);
}

function matchesObject(
  node: YamlMap | YamlSequence,
  schema: JsonSchema,
  path: string,
  check: Check,
): boolean {
  const { minProperties, properties, additionalProperties, required } = schema;
  const pairs = node.kind === 'map' ? node.pairs : [];
  let valid = true;
  if (minProperties !== undefined && pairs.length < minProperties) {
    valid = false;
    note(check, path, `Object should have no fewer than ${minProperties} properties.`);
  }
  if (properties !== undefined) {
    valid = matchesProperties(node, properties, additionalProperties !== false, path, check) && valid;
  }
  for (const name of required ?? []) {
    if (node.kind !== 'map' || valueOf(node, name) === undefined) {
      valid = false;
      note(check, path, `Missing required property '${name}'.`);
    }
  }
  return valid;
}

function matchesProperties(
  node: YamlMap | YamlSequence,
  properties: Readonly<Record<string, JsonSchema>>,
  additional: boolean,
  path: string,
  check: Check,
): boolean {
  let valid = true;
  let matched = 0;
  for (const name of Object.keys(properties).sort()) {
    const value = node.kind === 'map' ? valueOf(node, name) : undefined;
    if (value === undefined) {
      continue;
    }
    matched++;
    if (!matches(value, properties[name] ?? {}, `${path}[${name}]`, check)) {
      valid = false;
      note(check, path, `Failed to validate against schema associated with property name '${name}'.`);
    }
  }
  const pairs = node.kind === 'map' ? node.pairs : [];
  if (additional || matched === pairs.length) {
    return valid;
  }
  const unknown = pairs.find(({ key }) => !(key.kind === 'scalar' && Object.hasOwn(properties, key.value)));
  const name = unknown?.key.kind === 'scalar' ? unknown.key.value : '';
  note(
    check,
    path,
    "Object contains a property that could not be validated using 'properties' or 'additionalProperties' " +
      `constraints: '${name}'.`,
  );
  return false;
}
