export { Template, type TemplateOptions } from './template.ts';
