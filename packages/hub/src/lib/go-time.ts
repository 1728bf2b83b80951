/** Moments as Go prints them, from RFC 3339 texts with up to nine digits of the second. */
export class GoTime {
  readonly #date: Date;
  readonly #nanoseconds: string;
  readonly #offsetMinutes: number;

  /** A text that is no time stands for the epoch. */
  constructor(text: string) {
    const parts =
      /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/.exec(text);
    const [, day = '1970-01-01', time = '00:00:00', fraction = '', sign, hours = '0', minutes = '0'] =
      parts ?? [];
    this.#offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    const wall = Date.parse(`${day}T${time}Z`);
    this.#date = new Date((Number.isNaN(wall) ? 0 : wall) - this.#offsetMinutes * 60_000);
    this.#nanoseconds = fraction.padEnd(9, '0');
  }

  /** The moment so many whole seconds later, with the same offset. */
  after(seconds: number): GoTime {
    const wall = new Date(this.#wall().getTime() + seconds * 1000).toISOString().slice(0, 19);
    return new GoTime(`${wall}.${this.#nanoseconds}${this.#suffix()}`);
  }

  /** `2006-01-02 15:04:05.999999999 -0700 MST`, as `time.String`. */
  String(): string {
    const [zone, name] = this.#zone();
    return `${this.#seconds().replace('T', ' ')}${this.#fraction()} ${zone} ${name}`;
  }

  /** Whole seconds, RFC 3339. */
  rfc3339(): string {
    return this.#seconds() + this.#suffix();
  }

  /** RFC 3339 with as many digits of the second as are not zero. */
  rfc3339Nano(): string {
    return this.#seconds() + this.#fraction() + this.#suffix();
  }

  /** Nanoseconds since the epoch. */
  UnixNano(): bigint {
    return BigInt(Math.floor(this.#date.getTime() / 1000)) * 1_000_000_000n + BigInt(this.#nanoseconds);
  }

  /** Seconds since the epoch. */
  Unix(): number {
    return Math.floor(this.#date.getTime() / 1000);
  }

  /** The moment, to the millisecond. */
  toDate(): Date {
    return new Date(this.Unix() * 1000 + Math.floor(Number(this.#nanoseconds) / 1e6));
  }

  /** The wall clock there, as if it were UTC. */
  #wall(): Date {
    return new Date(this.#date.getTime() + this.#offsetMinutes * 60_000);
  }

  #seconds(): string {
    return this.#wall().toISOString().slice(0, 19);
  }

  #fraction(): string {
    const digits = this.#nanoseconds.replace(/0+$/, '');
    return digits === '' ? '' : `.${digits}`;
  }

  #suffix(): string {
    const [zone] = this.#zone();
    return this.#offsetMinutes === 0 ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  }

  /** Go has no name for a bare offset and prints it in its place. */
  #zone(): [offset: string, name: string] {
    const size = Math.abs(this.#offsetMinutes);
    const offset =
      (this.#offsetMinutes < 0 ? '-' : '+') +
      String(Math.floor(size / 60)).padStart(2, '0') +
      String(size % 60).padStart(2, '0');
    return [offset, this.#offsetMinutes === 0 ? 'UTC' : offset];
  }
}
