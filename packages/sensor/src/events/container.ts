import { AppError } from '@lanner/core';
import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { type ContainerRecord, parseContainer } from '../state/container-json.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'container',
  doc: 'Containers come and go, with what their engine says of them.',
  on: {
    CONTAINER_JSON_2_E: (event, state) => addContainer(event, state, 0),
    ASYNCEVENT_E: asyncEvent,
  },
});

/** Parameters of events of plugins that come beside a source's own. */
const asyncName = 1;
const asyncPayload = 2;

function asyncEvent(event: EventView, state: StateTables): void {
  switch (event.text(asyncName)) {
    case 'container':
      return addContainer(event, state, asyncPayload);
    case 'container_removed':
      return removeContainer(event, state);
  }
}

function addContainer(event: EventView, state: StateTables, payload: number): void {
  const record = read(event, state, payload);
  if (record === null) {
    return;
  }
  state.containers.set(record.container);
  event.container = record.container;
  if (!record.isPodSandbox && record.container.image === '') {
    state.counters.nMissingContainerImages++;
  }
}

function removeContainer(event: EventView, state: StateTables): void {
  const record = read(event, state, asyncPayload);
  if (record !== null) {
    state.containers.delete(record.container.id);
    event.container = record.container;
  }
}

// A payload that cannot be read costs the metadata of one container.
function read(event: EventView, state: StateTables, payload: number): ContainerRecord | null {
  try {
    return parseContainer(Buffer.from(event.text(payload), 'latin1').toString('utf8'));
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    state.counters.nFailedContainerEvents++;
    return null;
  }
}
