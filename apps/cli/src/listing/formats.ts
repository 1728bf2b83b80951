export type ListFormat = 'text' | 'markdown' | 'json';
export const listFormats: readonly ListFormat[] = ['text', 'markdown', 'json'];
