export { formatDate } from './functions/dates.ts';
export { Template, type TemplateOptions } from './template.ts';
