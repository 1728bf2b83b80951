import { auditSource, eventId, type EventView } from '@lanner/engine';

const pluginEvent = eventId('PLUGINEVENT_E');
const asyncEvent = eventId('ASYNCEVENT_E');

/** The sources of Falco's plugins that are built in, and of those that give events in the same form, by their number. */
const sources: Readonly<Record<number, string>> = {
  1: auditSource,
  9: auditSource,
  16: auditSource,
  21: auditSource,
  22: auditSource,
};

/**
 * Sets an event's source and plugin number from its bytes, for captures that hold events of plugins.
 * The source is '' for a plugin that is not known: then no rule looks at the event.
 */
export function setEventSource(event: EventView): void {
  const isPlugins = event.type === pluginEvent || event.type === asyncEvent;
  event.pluginId = isPlugins && event.length(0) === 4 ? event.u32(0) : 0;
  event.source = event.pluginId === 0 ? 'syscall' : (sources[event.pluginId] ?? '');
}
