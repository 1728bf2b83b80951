import { apiRoutes, type Route } from '@lanner/api/http';
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** Markup, ends of attributes, templates, text from right to left and a scheme of scripts, in whatever it stands. */
export const hostileMarkup: string =
  'javascript:alert(0)//"\'><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>{{7*7}}\u202e&';

/** What of a JSON schema is looked at. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Items of each list, so that those of a list of choices differ. */
const items = 3;

/** Texts that only the server makes, and keys of records that views look for. */
export interface KnownValues {
  readonly texts: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/**
 * A value as a schema describes it, in which each text, and each key of a record, is hostile and names its own place.
 * Of choices it takes one after the other.
 */
export function hostileValue(schema: z.ZodType, nowMs: number, known: KnownValues): unknown {
  let turn = 0;
  const valueOf = (part: JsonSchema, path: string): unknown => {
    const name = path.replace(/^.*\./s, '').replace(/\[.*$/s, '');
    if (part.const !== undefined) {
      return part.const;
    }
    if (part.enum !== undefined) {
      return part.enum[turn++ % part.enum.length];
    }
    const [first] = (part.anyOf ?? part.oneOf ?? []).filter(({ type }) => type !== 'null');
    if (first !== undefined) {
      return valueOf(first, path);
    }
    const [type] = [part.type].flat().filter((each) => each !== 'null');
    switch (type) {
      case 'object':
        return objectOf(part, path, name);
      case 'array':
        return Array.from({ length: items }, (_, at) => valueOf(part.items ?? {}, `${path}[${at}]`));
      case 'boolean':
        return true;
      case 'number':
      case 'integer':
        return numberOf(part, name, nowMs);
      default:
        return known.texts[name] ?? `${hostileMarkup} ${path}`;
    }
  };
  const objectOf = (part: JsonSchema, path: string, name: string): Record<string, unknown> => {
    const { properties = {}, additionalProperties: other } = part;
    const more =
      typeof other === 'object' ? [...(known.keys[name] ?? []), `${hostileMarkup} key of ${path}`] : [];
    return {
      ...Object.fromEntries(
        Object.entries(properties).map(([key, each]) => [key, valueOf(each, `${path}.${key}`)]),
      ),
      ...Object.fromEntries(
        more.map((key) => [key, valueOf(typeof other === 'object' ? other : {}, `${path}.${key}`)]),
      ),
    };
  };
  // Of the same library; its type says less than its documentation.
  return valueOf(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as JsonSchema, '');
}

function numberOf({ minimum = 0, maximum = Infinity }: JsonSchema, name: string, nowMs: number): number {
  const value = name.endsWith('Ms') ? nowMs - 60_000 : name.endsWith('Us') ? (nowMs - 60_000) * 1000 : 3;
  return name === 'share' || name === 'epss' ? 0.5 : Math.min(Math.max(value, minimum), maximum);
}

/** Answers all that a page reads, but who is signed in, with hostile values; gives the names of the routes that were asked. */
export async function answerHostile(page: Page, known: KnownValues): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  const routes = Object.entries(apiRoutes as Readonly<Record<string, Route>>).filter(
    ([name, { method }]) => method === 'get' && name !== 'sessionState',
  );
  for (const [name, { path, result }] of routes) {
    const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`);
    await page.route(
      ({ pathname }) => pattern.test(pathname),
      async (route) => {
        if (route.request().method() !== 'GET') {
          await route.fallback();
          return;
        }
        asked.add(name);
        await route.fulfill({ json: hostileValue(result, Date.now(), known) });
      },
    );
  }
  return asked;
}
