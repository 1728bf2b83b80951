/** A text with `${name}` filled in; empty when a variable is not known or leads to itself. */
export type Evaluate = (text: string) => string;

const maxDepth = 20;
const maxLength = 10_000;

export function evaluator(
  properties: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
): Evaluate {
  function evaluate(text: string, depth: number): string {
    if (!text.includes('${')) {
      return text.trim();
    }
    if (depth > maxDepth || text.length > maxLength) {
      return '';
    }
    const valueOf = (name: string): string | undefined =>
      name.startsWith('env.') ? env[name.slice(4)] : properties.get(name);
    const variable = /\$\{([^{}]*)\}/g;
    if ([...text.matchAll(variable)].some(([, name = '']) => valueOf(name) === undefined)) {
      return '';
    }
    return text
      .replaceAll(variable, (_whole, name: string) => evaluate(valueOf(name) ?? '', depth + 1))
      .trim();
  }
  return (text) => evaluate(text, 0);
}
