import { jsonFields } from '../lib/json-fields.ts';

export const fieldClass = jsonFields('json');
