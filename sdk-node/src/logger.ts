import type { Fields } from './context.js';
import type { Level } from './levels.js';

/** One record as data: these keys, and any others as attributes. */
export interface LogRecord {
  level?: Level | (string & {});
  message?: string;
  /** Now, unless it is said: a Date, milliseconds, or nanoseconds as a bigint. */
  timestamp?: Date | number | bigint | string;
  service?: string;
  logger?: string;
  thread?: string;
  host?: string;
  trace_id?: string;
  span_id?: string;
  [attribute: string]: unknown;
}

/**
 * What logs: a client, or a child of one. No method throws or waits, whatever the values are (with
 * `onFull: 'block'` it waits up to `blockTimeoutMs`). False: not taken, see `stats().dropped`.
 */
export interface Logger {
  trace(message: string, attributes?: object): boolean;
  debug(message: string, attributes?: object): boolean;
  info(message: string, attributes?: object): boolean;
  warn(message: string, attributes?: object): boolean;
  error(message: string, attributes?: object): boolean;
  fatal(message: string, attributes?: object): boolean;
  log(record: LogRecord): boolean;
  /** Whether a record of this level would be taken. */
  enabled(level: Level): boolean;
  /** The same with these fields on each record; a record's own hide them. */
  child(fields: Fields): Logger;
}
