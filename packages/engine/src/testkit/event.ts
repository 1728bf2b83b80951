import { EventView } from '../event.ts';
import type { Fd, StateView, Thread } from '../state.ts';
import { eventBytes, type TestHeader, type TestParam } from './event-bytes.ts';
import { testState } from './state.ts';

/** What the state tables would have set on the event. */
export interface TestContext extends TestHeader {
  readonly state?: StateView;
  readonly thread?: Thread | null;
  readonly fd?: Fd | null;
  readonly fdNum?: number;
  readonly cpu?: number;
  readonly num?: number;
  readonly source?: string;
}

/** An event of its own view, made from typed parameters. */
export function testEvent(code: string, params: readonly TestParam[], context: TestContext = {}): EventView {
  const event = new EventView(context.state ?? testState());
  const bytes = eventBytes(code, params, context);
  event.reset(bytes, new DataView(bytes.buffer), 0, context.cpu ?? 0);
  event.thread = context.thread ?? null;
  event.fd = context.fd ?? null;
  event.fdNum = context.fdNum ?? -1;
  event.num = context.num ?? 1;
  event.source = context.source ?? 'syscall';
  return event;
}
