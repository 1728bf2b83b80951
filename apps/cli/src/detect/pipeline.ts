import { type CompiledRuleset, eventId, type EventView, type LoadedRule } from '@lanner/engine';
import { setEventSource, type StateTables } from '@lanner/sensor';

// Only these may come from another source than syscalls.
const pluginEvent = eventId('PLUGINEVENT_E');
const asyncEvent = eventId('ASYNCEVENT_E');

/** The rules of a run and what happens to their alerts. */
export interface PipelineRules {
  /** Exchanged by a reload; read anew for each event. */
  readonly ruleset: CompiledRuleset<LoadedRule>;
  readonly onAlert: (rule: LoadedRule, event: EventView) => void;
}

/**
 * The way of every event, wherever it comes from: into the state, then past the rules. Gives what is to be called once
 * for each event that the view has been set on; `state` is null for events that are no syscalls.
 */
export function pipeline(event: EventView, state: StateTables | null, rules: PipelineRules): () => void {
  let num = 0;
  const report = (rule: LoadedRule): void => {
    rules.onAlert(rule, event);
  };
  if (state === null) {
    return () => {
      event.num = ++num;
      rules.ruleset.match(event, report);
    };
  }
  return () => {
    event.num = ++num;
    if (event.type === pluginEvent || event.type === asyncEvent || event.source !== 'syscall') {
      setEventSource(event);
    }
    state.apply(event);
    if (state.isStarted) {
      rules.ruleset.match(event, report);
    }
  };
}
