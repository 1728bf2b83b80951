import { eventId } from '@lanner/engine';
import codes from './recorded-types.json' with { type: 'json' };

/** Numbers of the event types that the live sensor records; `setInterest` passes over all others. */
export const recordedTypes: ReadonlySet<number> = new Set(codes.map(eventId));
