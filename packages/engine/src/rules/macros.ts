import type { Expr, MacroExpr, Position } from '../lang/ast.ts';
import { type Context, inExpression } from './context.ts';
import { type ExactPlace, failure } from './diagnostic.ts';
import type { MacroInfo } from './model.ts';

/** A macro whose condition has been parsed, and in the end has no macros in it any more. */
export interface CompiledMacro {
  readonly info: MacroInfo;
  readonly name: string;
  condition: Expr;
  /** Its own macros have been replaced. */
  resolved: boolean;
  /** Another macro or a rule names it. */
  used: boolean;
  /** Names of macros and lists that its condition names itself. */
  macros: readonly string[];
  readonly lists: readonly string[];
}

/** A condition has at most so many nodes after its macros are replaced. */
const maxNodes = 100_000;
/** And so many levels: what works on it is recursive. */
const maxLevels = 500;

interface Found {
  readonly message: string;
  readonly name: string;
  readonly at: Position;
}

interface Walk {
  readonly lookUp: (name: string) => CompiledMacro | undefined;
  readonly path: string[];
  readonly loops: Found[];
  readonly unknown: Found[];
  readonly used: Set<CompiledMacro>;
  nodes: number;
}

/** What a condition became when its macros had these conditions. Remembered from one load to the next. */
interface Expansion {
  readonly macros: readonly { readonly name: string; readonly condition: Expr }[];
  readonly expr: Expr;
}

export type Expansions = WeakMap<Expr, Expansion>;

export interface MacroEnv {
  readonly expansions: Expansions;
  readonly lookUp: (name: string) => CompiledMacro | undefined;
  /** Context and text that errors refer to. */
  readonly context: Context;
  readonly text: string;
  /** A sentence that names what the user may have meant instead of an unknown macro. */
  readonly hint: (name: string) => string | null;
  readonly place: (at: Position) => ExactPlace | null;
}

/** Puts the conditions of macros in the place of their names. Unknown names and loops end the loading. */
export function resolveMacros(condition: Expr, env: MacroEnv): { expr: Expr; macros: string[] } {
  const known = env.expansions.get(condition);
  if (known?.macros.every((macro) => env.lookUp(macro.name)?.condition === macro.condition) === true) {
    return { expr: known.expr, macros: markUsed(known.macros.map(({ name }) => env.lookUp(name))) };
  }
  const walk: Walk = { lookUp: env.lookUp, path: [], loops: [], unknown: [], used: new Set(), nodes: 0 };
  const expr = replace(condition, walk, 0);
  const problem = walk.loops[0] ?? walk.unknown[0];
  if (problem !== undefined) {
    throw failure('LOAD_ERR_VALIDATE', problem.message, inExpression(env.context, env.text, problem.at), {
      hint: walk.loops.length > 0 ? null : env.hint(problem.name),
      place: env.place(problem.at),
    });
  }
  const { nodes, levels } = measure(expr);
  if (walk.nodes > maxNodes || nodes > maxNodes || levels > maxLevels) {
    throw failure(
      'LOAD_ERR_VALIDATE',
      `Condition has more than ${maxNodes} checks or ${maxLevels} levels after its macros are replaced`,
      env.context,
    );
  }
  const macros = [...walk.used];
  if (macros.every(({ resolved }) => resolved)) {
    env.expansions.set(condition, {
      macros: macros.map((macro) => ({ name: macro.name, condition: macro.condition })),
      expr,
    });
  }
  return { expr, macros: markUsed(macros) };
}

function markUsed(macros: readonly (CompiledMacro | undefined)[]): string[] {
  const names: string[] = [];
  for (const macro of macros) {
    if (macro !== undefined) {
      macro.used = true;
      names.push(macro.name);
    }
  }
  return names;
}

function replace(expr: Expr, walk: Walk, level: number): Expr {
  walk.nodes++;
  // A hostile file could double the condition with each macro, or nest without end; the caller reports it.
  if (walk.nodes > maxNodes || level > maxLevels) {
    walk.nodes = maxNodes + 1;
    return expr;
  }
  switch (expr.kind) {
    case 'macro':
      return replaceMacro(expr, walk, level);
    case 'not': {
      const child = replace(expr.child, walk, level + 1);
      return child === expr.child ? expr : { ...expr, child };
    }
    case 'and':
    case 'or': {
      const children = expr.children.map((child) => replace(child, walk, level + 1));
      return children.every((child, i) => child === expr.children[i]) ? expr : { ...expr, children };
    }
    default:
      return expr;
  }
}

function replaceMacro(expr: MacroExpr, walk: Walk, level: number): Expr {
  const { name, at } = expr;
  const macro = walk.lookUp(name);
  if (macro === undefined) {
    walk.unknown.push({ message: `Undefined macro '${name}' used in filter.`, name, at });
    return expr;
  }
  if (walk.path.includes(name)) {
    walk.loops.push({ message: `reference loop in macro '${name}'`, name, at });
    return expr;
  }
  walk.used.add(macro);
  if (macro.resolved) {
    walk.nodes += measure(macro.condition).nodes;
    return macro.condition;
  }
  walk.path.push(name);
  const replaced = replace(macro.condition, walk, level + 1);
  walk.path.pop();
  return replaced;
}

interface Measure {
  readonly nodes: number;
  readonly levels: number;
}

const measures = new WeakMap<Expr, Measure>();

/** Counts the nodes of a condition as if nothing in it were shared. */
function measure(expr: Expr): Measure {
  const known = measures.get(expr);
  if (known !== undefined) {
    return known;
  }
  let nodes = 1;
  let levels = 1;
  const children =
    expr.kind === 'not' ? [expr.child] : expr.kind === 'and' || expr.kind === 'or' ? expr.children : [];
  for (const child of children) {
    const inner = measure(child);
    nodes += inner.nodes;
    levels = Math.max(levels, inner.levels + 1);
  }
  const result = { nodes, levels };
  measures.set(expr, result);
  return result;
}
