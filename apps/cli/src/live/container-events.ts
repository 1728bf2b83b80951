import { type Container, EventView } from '@lanner/engine';
import { containerEvent, type ContainerEventName, latin1, type StateTables } from '@lanner/sensor';
import { pipeline, type PipelineRules } from '../detect/pipeline.ts';

/** Containers that wait for the events to begin. */
const maxEarly = 4096;

/**
 * What becomes known of containers goes past the rules as the event by which Falco's container plugin tells it, so that
 * rules on `evt.type = container` hold on the living machine as they do on a capture.
 */
export class ContainerEvents {
  readonly #event: EventView;
  readonly #take: () => void;
  #early: Container[] | null = [];

  constructor(state: StateTables, rules: PipelineRules) {
    this.#event = new EventView(state, latin1);
    this.#take = pipeline(this.#event, state, rules);
  }

  /** Takes in a container that is known from now on, in ns since 1970. */
  known(container: Container, ts: bigint): void {
    if (this.#early === null) {
      this.#tell(container, ts);
    } else if (this.#early.length < maxEarly) {
      this.#early.push(container);
    }
  }

  /** A container has been removed. Of one that was removed before events began rules are told nothing. */
  removed(container: Container, ts: bigint): void {
    if (this.#early === null) {
      this.#tell(container, ts, 'container_removed');
    } else {
      this.#early = this.#early.filter(({ id }) => id !== container.id);
    }
  }

  /** Events begin: rules are told of the containers that run already. */
  begin(ts: bigint): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const container of early) {
      this.#tell(container, ts);
    }
  }

  #tell(container: Container, ts: bigint, name: ContainerEventName = 'container'): void {
    const bytes = containerEvent(container, ts, name);
    this.#event.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset), 0, 0);
    this.#take();
  }
}
