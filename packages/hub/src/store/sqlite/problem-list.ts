const maxProblems = 1000;

/** What a check found, one line each; beyond a limit they are only counted. */
export class ProblemList {
  readonly problems: string[] = [];
  more = 0;

  add(where: string, what: string): void {
    if (this.problems.length < maxProblems) {
      this.problems.push(`${where}: ${what}`);
    } else {
      this.more++;
    }
  }

  /** Runs a part of the check; that it cannot be carried out is a problem, too. */
  attempt(where: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.add(where, error instanceof Error ? error.message : String(error));
    }
  }
}
