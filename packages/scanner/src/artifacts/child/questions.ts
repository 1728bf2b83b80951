import type { WantedPom } from '../../maven/wanted-pom.ts';
import type { FetchedPoms, FromAnalysis } from './protocol.ts';

type Question = Extract<FromAnalysis, { kind: 'fetch' }>;

/** What a thread asks for and waits for. */
export class Questions {
  readonly #send: (question: Question) => void;
  readonly #open = new Map<number, (poms: readonly (Buffer | null)[]) => void>();
  #next = 0;

  constructor(send: (question: Question) => void) {
    this.#send = send;
  }

  ask(wanted: readonly WantedPom[]): Promise<readonly (Buffer | null)[]> {
    const question = this.#next++;
    return new Promise((resolve) => {
      this.#open.set(question, resolve);
      this.#send({ kind: 'fetch', question, wanted });
    });
  }

  answer({ question, poms }: FetchedPoms): void {
    this.#open.get(question)?.(poms.map((pom) => pom && asBuffer(pom)));
    this.#open.delete(question);
  }
}

/** Questions of several threads on one channel: each gets a number of its own. */
export class RelayedQuestions {
  readonly #send: (question: Question) => void;
  readonly #open = new Map<number, (answer: FetchedPoms) => void>();
  #next = 0;

  constructor(send: (question: Question) => void) {
    this.#send = send;
  }

  ask({ question, wanted }: Question, reply: (answer: FetchedPoms) => void): void {
    const number = this.#next++;
    this.#open.set(number, (answer) => reply({ ...answer, question }));
    this.#send({ kind: 'fetch', question: number, wanted });
  }

  answer(answer: FetchedPoms): void {
    this.#open.get(answer.question)?.(answer);
    this.#open.delete(answer.question);
  }
}

/** A channel gives bytes as a plain array of them. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
