import { AppError, nearest } from '@lanner/core';

/** Rules that falcosecurity publishes, by their short names. */
const published: Readonly<Record<string, string>> = {
  'falco-rules': 'ghcr.io/falcosecurity/rules/falco-rules',
  'falco-incubating-rules': 'ghcr.io/falcosecurity/rules/falco-incubating-rules',
  'falco-sandbox-rules': 'ghcr.io/falcosecurity/rules/falco-sandbox-rules',
  'k8saudit-rules': 'ghcr.io/falcosecurity/plugins/ruleset/k8saudit',
};

/**
 * The reference that a short name stands for, its tag or digest kept; other references stay as they are. Throws
 * AppError 'artifact.reference' for a lone word that is no short name: no registry could be meant.
 */
export function fullReference(text: string): string {
  if (text.includes('/')) {
    return text;
  }
  const [name = ''] = /^[^:@]*/.exec(text) ?? [];
  const full = Object.hasOwn(published, name) ? published[name] : undefined;
  if (full === undefined) {
    const near = nearest(name, Object.keys(published));
    throw new AppError('artifact.reference', `'${text}' names no rules`, {
      hint:
        near === null
          ? `Write it like registry.example.com/rules/my-rules:1, or one of ${Object.keys(published).join(', ')}.`
          : `Did you mean ${near}?`,
    });
  }
  return full + text.slice(name.length);
}
