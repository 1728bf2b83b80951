import { z } from 'zod';

/** What of a JSON schema is looked at. */
interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

/** Texts of members whose schemas ask for more than a text, by the member's name. */
export type UsualTexts = Readonly<Record<string, string>>;

/**
 * A value that a schema takes, with all its members. What a schema says by code or pattern cannot be read: such texts
 * are taken from `usual`, and whoever uses this checks what comes out.
 */
export function soundValue(schema: z.ZodType, usual: UsualTexts): unknown {
  // Of the same library; its type says less than its documentation.
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '', usual);
}

/** Names of the members that a schema asks for. */
export function requiredOf(schema: z.ZodType): readonly string[] {
  const { required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return required;
}

function valueOf(schema: JsonSchema, name: string, usual: UsualTexts): unknown {
  if (schema.const !== undefined) {
    return schema.const;
  }
  if (schema.enum !== undefined) {
    return schema.enum[0];
  }
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) {
    return valueOf(first, name, usual);
  }
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([member, each]) => [
          member,
          valueOf(each, member, usual),
        ]),
      );
    case 'array':
      return [valueOf(schema.items ?? {}, name, usual)];
    case 'boolean':
      return true;
    case 'number':
    case 'integer':
      return schema.default ?? (schema.exclusiveMinimum ?? (schema.minimum ?? 1) - 1) + 1;
    default:
      return schema.default ?? usual[name] ?? 'one';
  }
}
