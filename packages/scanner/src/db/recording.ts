import type { AdvisoryDatabase, LookUp } from './advisory-database.ts';
import type { Advisory } from './records.ts';

/** Advisories that are kept while several inventories are matched. */
const keptAdvisories = 5000;

/** A database that remembers answers for a while: packages of one distribution are in many inventories. */
export class RememberingDatabase implements AdvisoryDatabase {
  readonly #database: AdvisoryDatabase;
  readonly #answers = new Map<string, readonly Advisory[]>();
  #kept = 0;
  /** Told of each look-up. */
  onLookUp: (lookUp: LookUp) => void = () => undefined;

  constructor(database: AdvisoryDatabase) {
    this.#database = database;
  }

  readonly advisories = (bucket: string, name: string): Advisory[] =>
    this.#answer({ kind: 'bucket', bucket, name }, () => this.#database.advisories(bucket, name));

  readonly advisoriesByPrefix = (prefix: string, name: string): Advisory[] =>
    this.#answer({ kind: 'prefix', bucket: prefix, name }, () =>
      this.#database.advisoriesByPrefix(prefix, name),
    );

  readonly redHatProducts = (kind: 'repository' | 'nvr', name: string): readonly number[] => {
    this.onLookUp({ kind, bucket: '', name });
    return this.#database.redHatProducts(kind, name);
  };

  readonly detail: AdvisoryDatabase['detail'] = (id) => this.#database.detail(id);
  readonly threat: AdvisoryDatabase['threat'] = (id) => this.#database.threat(id);
  readonly close = (): void => this.#database.close();

  readonly answerHash: AdvisoryDatabase['answerHash'] = (lookUp) => this.#database.answerHash(lookUp);

  #answer(lookUp: LookUp, read: () => Advisory[]): Advisory[] {
    this.onLookUp(lookUp);
    const key = `${lookUp.kind} ${lookUp.bucket}\0${lookUp.name}`;
    const known = this.#answers.get(key);
    if (known !== undefined) {
      return [...known];
    }
    const advisories = read();
    if (this.#kept > keptAdvisories) {
      this.#answers.clear();
      this.#kept = 0;
    }
    this.#answers.set(key, advisories);
    this.#kept += advisories.length + 1;
    return advisories;
  }
}
