import { AppError } from '@lanner/core';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in a text. Throws AppError 'runtime.answer' when there is none. */
export function parseJson(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text));
  } catch (error) {
    throw new AppError('runtime.answer', 'A container runtime has answered with what is not JSON', {
      cause: error,
    });
  }
}

export function objectOf(value: unknown): JsonObject {
  // Any object may be read by key; what is found is checked where it is used.
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

/** What is found behind some keys, one below the other. */
export function below(value: unknown, ...keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) {
    at = objectOf(at)[key];
  }
  return at;
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function stringsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

export function stringMapOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([key, item]): [string, string] => [key, stringOf(item)]),
  );
}
