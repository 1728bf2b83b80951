/** A text with `${name}` filled in; empty when a variable is not known, leads to itself or grows without end. */
export type Evaluate = (text: string) => string;

const maxDepth = 20;
const maxLength = 10_000;
/** Variables of variables multiply: more of them than any project has in one text. */
const maxVariables = 500;

export function evaluator(
  properties: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
): Evaluate {
  let left = maxVariables;
  function evaluate(text: string, depth: number): string {
    if (!text.includes('${')) {
      return text.trim();
    }
    if (depth > maxDepth || text.length > maxLength) {
      left = -1;
    }
    if (left < 0) {
      return '';
    }
    const valueOf = (name: string): string | undefined =>
      name.startsWith('env.') ? env[name.slice(4)] : properties.get(name);
    const variable = /\$\{([^{}]*)\}/g;
    if ([...text.matchAll(variable)].some(([, name = '']) => valueOf(name) === undefined)) {
      return '';
    }
    const filled = text
      .replaceAll(variable, (_whole, name: string) =>
        --left < 0 ? '' : evaluate(valueOf(name) ?? '', depth + 1),
      )
      .trim();
    return left < 0 || filled.length > maxLength ? '' : filled;
  }
  return (text) => {
    left = maxVariables;
    return evaluate(text, 0);
  };
}
