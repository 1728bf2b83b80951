import type { EventView } from '../event.ts';
import { type EventInfo, eventTable, type ParamInfo } from '../event-table.ts';
import type { ParamType } from '../value.ts';
import type { BufferFormat } from './buffer.ts';
import { type ParamRenderer, paramRenderer } from './param-renderer.ts';

/** Types whose empty parameters have always been shown as NULL; the others came to be empty later. */
const nullTypes: ReadonlySet<ParamType> = new Set<ParamType>([
  'BYTEBUF',
  'SOCKTUPLE',
  'FDLIST',
  'CHARBUFARRAY',
  'CHARBUF_PAIR_ARRAY',
  'DYN',
]);
const textTypes: ReadonlySet<ParamType> = new Set<ParamType>(['CHARBUF', 'FSPATH', 'FSRELPATH']);

interface ParamTexts extends ParamRenderer {
  /** What an empty parameter reads; null where the renderer knows. */
  readonly empty: string | null;
}

// By event type; built when the type is first rendered.
const renderers: (readonly ParamTexts[] | undefined)[] = eventTable.map(() => undefined);

/** What a parameter stands for (a name, a path) where it stands for something, otherwise the parameter as it is. */
export function paramText(event: EventView, index: number, buffers: BufferFormat): string {
  const resolved = resolvedText(event, index);
  return resolved === '' ? rawText(event, index, buffers) : resolved;
}

/** All parameters: `name=raw`, or `name=raw(resolved)`, joined by blanks. */
export function allParamsText(event: EventView, buffers: BufferFormat): string {
  const { params } = event.info;
  const count = Math.min(event.paramCount, params.length);
  let text = '';
  for (let i = 0; i < count; i++) {
    const resolved = resolvedText(event, i);
    text += `${i === 0 ? '' : ' '}${params[i]?.name ?? ''}=${rawText(event, i, buffers)}`;
    if (resolved !== '') {
      text += `(${resolved})`;
    }
  }
  return text;
}

/** A parameter as it is, whatever it stands for. */
export function rawText(event: EventView, index: number, buffers: BufferFormat): string {
  const renderer = rendererOf(event, index);
  const length = event.length(index);
  if (renderer === undefined || (length === 0 && renderer.empty !== null)) {
    return renderer?.empty ?? '';
  }
  return length < renderer.width ? '<NA>' : renderer.raw(event, event.start(index), length, buffers);
}

function resolvedText(event: EventView, index: number): string {
  const renderer = rendererOf(event, index);
  const length = event.length(index);
  if (renderer?.resolved === undefined || length === 0 || length < renderer.width) {
    return '';
  }
  return renderer.resolved(event, event.start(index), length);
}

function rendererOf(event: EventView, index: number): ParamTexts | undefined {
  return (renderers[event.type] ??= renderersOf(event.info))[index];
}

function renderersOf({ params }: EventInfo): ParamTexts[] {
  return params.map((param) => ({ ...paramRenderer(param), empty: emptyText(param) }));
}

function emptyText({ type }: ParamInfo): string | null {
  if (textTypes.has(type)) {
    return null;
  }
  return nullTypes.has(type) ? 'NULL' : '<NA>';
}
