import { printValue } from '../print.ts';
import { isMap, mapEntries, type Value } from '../value.ts';
import { failure, toText } from './failure.ts';

/** Encodings under the names of the Sprig library. */
export const encodingFunctions = {
  b64enc: (text: Value) => base64Encode(new TextEncoder().encode(toText(text))),
  b64dec: (text: Value) => base64Decode(toText(text)),
  toJson: (value: Value) => json(value),
  toPrettyJson: (value: Value) => json(value, 2),
  toRawJson: (value: Value) => json(value),
  fromJson(text: Value): Value {
    try {
      return JSON.parse(toText(text)) as unknown;
    } catch (error) {
      throw failure(`fromJson: ${(error as Error).message}`);
    }
  },
  urlquery: (...values: Value[]) =>
    values.map((value) => encodeURIComponent(printValue(value)).replaceAll('%20', '+')).join(''),
};

function json(value: Value, indent = 0): string {
  // It ends what has no end; a text of JSON takes at most six times as much.
  printValue(value);
  return JSON.stringify(plain(value) ?? null, null, indent);
}

// Go's encoder sorts the keys of maps.
function plain(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (isMap(value)) {
    return Object.fromEntries(mapEntries(value).map(([key, item]) => [printValue(key), plain(item)]));
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

function base64Encode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return btoa(text);
}

function base64Decode(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch (error) {
    // Sprig gives the complaint as the result.
    return `illegal base64 data: ${(error as Error).message}`;
  }
}
