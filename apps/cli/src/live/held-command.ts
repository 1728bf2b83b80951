import { eventId, type EventView } from '@lanner/engine';

const execveExit = eventId('SYSCALL_EXECVE_19_X');

/** A process that waits to become another program: what it does until then is nobody's behaviour. */
export class HeldCommand {
  #pid: number | null;

  /** @param pid null: there is none. */
  constructor(pid: number | null) {
    this.#pid = pid;
  }

  get isWaiting(): boolean {
    return this.#pid !== null;
  }

  /** True for what the process does before it has become the command; the event by which it becomes it ends the waiting. */
  holds(event: EventView): boolean {
    if (event.tid !== this.#pid) {
      return false;
    }
    if (event.type === execveExit && event.i64(0) === 0) {
      this.#pid = null;
      return false;
    }
    return true;
  }
}
