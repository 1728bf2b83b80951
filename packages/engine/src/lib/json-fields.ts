import type { EventView } from '../event.ts';
import { defineFields, type Field, type FieldArgument, type FieldClass } from '../field.ts';
import { cString } from './c-string.ts';
import { eventJson, fieldText, indentedJson } from './json-event.ts';
import { followPointer } from './json-pointer.ts';
import type { JsonNode } from './json-text.ts';

/** The fields of events that carry JSON; `jevt` is the older name of the class `json`. */
export function jsonFields(id: 'json' | 'jevt'): FieldClass {
  const note = id === 'jevt' ? ' Older name of the field of the class json.' : '';
  return defineFields({
    id,
    className: 'json',
    doc: 'Any value of an event that carries JSON, whichever source it is from.',
    sources: 'all',
    fields: [
      {
        ...jsonField(
          `${id}.value`,
          `Value that a JSON pointer leads to: \`${id}.value[/user/username]\`. Objects and arrays are JSON texts.${note}`,
          valueAt,
        ),
        argument: 'required',
        argumentKinds: ['key'],
      },
      jsonField(`${id}.obj`, `Whole event as indented JSON.${note}`, wholeText),
      jsonField(`${id}.rawtime`, `Time of the event in ns since 1970.${note}`, (_, __, event) =>
        String(event.ts),
      ),
    ],
  });
}

function jsonField(
  name: string,
  doc: string,
  read: (root: JsonNode, argument: FieldArgument, event: EventView) => string | null,
): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    extract(event, argument) {
      const root = eventJson(event);
      return root && read(root, argument, event);
    },
  };
}

function wholeText(root: JsonNode): string | null {
  const text = indentedJson(root);
  return text === null ? null : cString(text);
}

function valueAt(root: JsonNode, argument: FieldArgument): string | null {
  const value = followPointer(root, String(argument ?? ''));
  return value && fieldText(value);
}
