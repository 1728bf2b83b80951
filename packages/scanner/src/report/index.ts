export { readReport } from './json.ts';
export { reportFormatOf, writeReport } from './write.ts';
export { shippedTemplate } from './template.ts';
