import { defineFields, type FieldClass, fieldClasses, toByteString } from '@lanner/engine';

/** The fields that rules can use: the built-in ones, and those that `static_fields` of the configuration defines. */
export function fieldClassesWith(staticFields: Readonly<Record<string, string>>): readonly FieldClass[] {
  const entries = Object.entries(staticFields);
  if (entries.length === 0) {
    return fieldClasses;
  }
  const staticClass = defineFields({
    id: 'static',
    doc: 'Fixed values from static_fields of the configuration.',
    sources: 'all',
    fields: entries.map(([key, value]) => {
      const text = toByteString(value);
      return {
        name: `static.${key}`,
        type: 'CHARBUF',
        doc: `The value of static_fields.${key}.`,
        suggested: true,
        extract: () => text,
      };
    }),
  });
  return [...fieldClasses, staticClass];
}
