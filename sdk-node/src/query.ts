// Queries and live tails as async iterators.
import type { NativeAnswer, QuerySummary } from './native.js';

/** A query as data: the JSON form of the query language, e.g. `{ where: { level: 'error' } }`. */
export type QueryData = Record<string, unknown>;

export interface QueryOptions {
  /** Values of `?names` of the query, without the question mark. */
  params?: Record<string, unknown>;
  /** Ends the answer; the iterator then throws the signal's reason. */
  signal?: AbortSignal;
  /** Of the whole answer. */
  timeoutMs?: number;
}

/** The server's refusal, or trouble on the way. `details` are facts about a wrong query, as EDN. */
export interface QueryError extends Error {
  code: string;
  grpcCode: number;
  details?: string;
}

/** A JavaScript value as EDN text, for parameters. */
export function toEdn(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (Number.isNaN(value)) return '##NaN';
      if (!Number.isFinite(value)) return value > 0 ? '##Inf' : '##-Inf';
      return String(value);
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'nil';
      if (value instanceof Date) return `#inst ${JSON.stringify(value.toISOString())}`;
      if (value instanceof Set) return `#{${[...value].map(toEdn).join(' ')}}`;
      if (Array.isArray(value)) return `[${value.map(toEdn).join(' ')}]`;
      return `{${Object.entries(value)
        .map(([key, one]) => `${JSON.stringify(key)} ${toEdn(one)}`).join(' ')}}`;
    default:
      return 'nil';
  }
}

/** The query's text and whether it is JSON. A bigint keeps its digits. */
export function queryText(query: string | QueryData): { text: string; isJson: boolean } {
  if (typeof query === 'string') return { text: query, isJson: false };
  const digits: string[] = [];
  // Digits that a JSON number of JavaScript would lose go through a mark that no text can hold.
  const mark = '\u0000';
  const text = JSON.stringify(query, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${mark}${digits.push(String(value)) - 1}` : value);
  return {
    text: text.replace(/"\\u0000(\d+)"/g, (_all, at: string) => digits[Number(at)] ?? 'null'),
    isJson: true,
  };
}

/**
 * The rows of one answer, to be iterated once. The query starts with the first row that is asked
 * for. Leaving the loop, return(), or the signal ends it at the server too.
 */
export class Answer<Row> implements AsyncIterableIterator<Row> {
  private native: NativeAnswer | undefined;
  private rows: Row[] = [];
  private at = 0;
  private over = false;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly abort = (): void => this.native?.cancel();

  constructor(
    private readonly start: () => NativeAnswer,
    private readonly read: (line: string) => Row,
    private readonly signal: AbortSignal | undefined,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls may overlap; they are answered in their order. */
  next(): Promise<IteratorResult<Row, undefined>> {
    if (this.at < this.rows.length) {
      return Promise.resolve({ done: false, value: this.rows[this.at++] as Row });
    }
    const result = this.turn.then(() => this.advance());
    this.turn = result.catch(() => undefined);
    return result;
  }

  return(): Promise<IteratorResult<Row, undefined>> {
    this.native?.cancel();
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** All rows. */
  async toArray(): Promise<Row[]> {
    const all: Row[] = [];
    for await (const row of this) all.push(row);
    return all;
  }

  /** About the whole answer; complete once the rows are over, undefined before they begin. */
  get summary(): QuerySummary | undefined {
    return this.native?.summary();
  }

  /** Of a tail: records that the server left out so far because this reader was slow. */
  get dropped(): number {
    return this.native?.dropped() ?? 0;
  }

  private async advance(): Promise<IteratorResult<Row, undefined>> {
    while (this.at >= this.rows.length) {
      if (this.over) return { done: true, value: undefined };
      if (!(await this.fetch())) {
        this.finish();
        return { done: true, value: undefined };
      }
    }
    return { done: false, value: this.rows[this.at++] as Row };
  }

  private async fetch(): Promise<boolean> {
    try {
      this.signal?.throwIfAborted();
      if (this.native === undefined) {
        this.native = this.start();
        this.signal?.addEventListener('abort', this.abort, { once: true });
      }
      const lines = await this.native.next();
      if (this.over || lines === null) return false;
      this.rows = lines.split('\n').filter((line) => line !== '').map(this.read);
      this.at = 0;
      return true;
    } catch (thrown) {
      const returned = this.over;
      this.finish();
      if (returned) return false; // return() itself has cancelled it
      this.signal?.throwIfAborted();
      throw thrown;
    }
  }

  private finish(): void {
    this.over = true;
    this.rows = [];
    this.at = 0;
    this.signal?.removeEventListener('abort', this.abort);
  }
}
