import type { EventView } from './event.ts';
import type { BufferFormat } from './render/buffer.ts';
import type { FieldValue, ParamType, PrintFormat, Scalar } from './value.ts';

/** An argument as the compiler hands it to a field: a number for `[2]`, text for `[key]` and `.suffix`. */
export type FieldArgument = string | number | undefined;

/** What may follow a field's name. */
export type ArgumentKind = 'index' | 'key' | 'dotted-name';

/** One filterable and printable field. The compiler, the docs and the page all read this one object. */
export interface Field {
  readonly name: string;
  readonly type: ParamType;
  /** One sentence; shown by `--list` and in docs/reference/fields.md. */
  readonly doc: string;
  /** `null` means "this event has no such value", which makes every comparison false. A list field gives an array. */
  readonly extract: (event: EventView, argument: FieldArgument) => FieldValue;
  /** Default: none. */
  readonly argument?: 'required' | 'optional';
  /** Which forms the argument may take, tried in this order. */
  readonly argumentKinds?: readonly ArgumentKind[];
  readonly format?: PrintFormat;
  /** The value is a list; without this it is a single value. */
  readonly list?: boolean;
  /** Default true for these four. */
  readonly filterable?: boolean;
  readonly printable?: boolean;
  readonly transformable?: boolean;
  readonly rightHand?: boolean;
  /** Set: says what to use instead. */
  readonly deprecated?: string;
  /** Not shown by `--list`, but usable. */
  readonly hidden?: boolean;
  /** Part of the output that `suggested_output` appends. */
  readonly suggested?: boolean;
  /**
   * The value stands for either end of a connection, or for any name of it: `extract` gives both ends, an equality holds
   * when one of them matches, `!=` when none does.
   */
  readonly eitherEnd?: boolean;
  /**
   * What a condition tests instead of `extract` where the field stands without an argument: the values of all ancestors.
   * A comparison holds when one of them passes it, `!=` included; null when there is none. Not a list field.
   */
  readonly anyOf?: (event: EventView) => readonly Scalar[] | null;
  /** The value is a distance: it equals a literal when it is at most that, and takes no operator but `=`. */
  readonly equalUpTo?: boolean;
  /**
   * What printing takes instead of `extract`: for values whose form depends on the event, or on how buffers are shown.
   * Texts are printed as they are and numbers in decimal, whatever `type` and `format` say.
   */
  readonly print?: (event: EventView, argument: FieldArgument, buffers: BufferFormat) => FieldValue;
  /** Literals that it is compared with are host names, to be resolved while the rules run. */
  readonly hostName?: boolean;
  /** Only the live sensor can fill it; captures and audit records never have a value. */
  readonly liveOnly?: boolean;
  /** Printed JSON is a number of ns although the text is a date. */
  readonly jsonExtract?: (event: EventView, argument: FieldArgument) => FieldValue;
}

/** Fields of one class, such as `proc.*`. */
export interface FieldClass {
  /** File name and id. */
  readonly id: string;
  /** Name of the class in listings where it is not the id, such as `process` for `proc` and `proc-leaders`. */
  readonly className?: string;
  readonly doc: string;
  /** Event sources that have these fields; 'all' for every one. */
  readonly sources: readonly string[] | 'all';
  readonly fields: readonly Field[];
}

/** How a condition reads a field; printing always takes `extract`. */
export function conditionExtract(field: Field, argument: FieldArgument): Field['extract'] {
  return argument === undefined && field.anyOf !== undefined ? field.anyOf : field.extract;
}

export function defineFields(fieldClass: FieldClass): FieldClass {
  return fieldClass;
}
