/** The parameters of a published op, read by name: what is missing or null takes its default. */
export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The first of several spellings that is there. */
  get(...names: readonly string[]): unknown {
    return names.map((name) => this.#values[name]).find((value) => value !== undefined && value !== null);
  }

  number(fallback: number, ...names: readonly string[]): number {
    const value = this.get(...names);
    return typeof value === "number" ? value : fallback;
  }

  flag(fallback: boolean, ...names: readonly string[]): boolean {
    const value = this.get(...names);
    return typeof value === "boolean" ? value : fallback;
  }

  text(fallback: string, ...names: readonly string[]): string {
    const value = this.get(...names);
    return typeof value === "string" ? value : fallback;
  }

  /** One number or a list of them. */
  numbers(...names: readonly string[]): number | number[] | undefined {
    const value = this.get(...names);
    return typeof value === "number" || Array.isArray(value) ? value : undefined;
  }

  list(...names: readonly string[]): number[] {
    const value = this.numbers(...names);
    return typeof value === "number" ? [value] : (value ?? []);
  }
}
