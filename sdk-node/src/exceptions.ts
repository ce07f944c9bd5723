// Errors as the map that records have under `exception`.
import { types } from 'node:util';

/** Causes of causes, and frames of a stack, that are kept. */
const MAX_CAUSES = 16;
const MAX_FRAMES = 50;
const MAX_ERRORS = 16;

/** "    at load (/app/cart.js:10:5)", "    at async /app/cart.js:10:5", "    at <anonymous>". */
const FRAME = /^\s*at (?:async )?(?:(.+?) \()?(.+?)(?::(\d+):(\d+))?\)?$/;

/**
 * Also those of another realm (a vm, a test runner). Plain objects are told first: they are the
 * most.
 */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return false;
    return value instanceof Error || types.isNativeError(value);
  } catch {
    return false; // a proxy that refuses
  }
}

interface Frame {
  function?: string;
  file: string;
  line?: number;
  column?: number;
}

function framesOf(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split('\n')) {
    if (frames.length === MAX_FRAMES) break;
    if (!line.trimStart().startsWith('at ')) continue;
    const match = FRAME.exec(line);
    if (match?.[2] === undefined) continue;
    const frame: Frame = { file: match[2] };
    if (match[1] !== undefined) frame.function = match[1];
    if (match[3] !== undefined) frame.line = Number(match[3]);
    if (match[4] !== undefined) frame.column = Number(match[4]);
    frames.push(frame);
  }
  return frames;
}

/** What reading the property gives; a getter that throws gives nothing. */
function read(from: object, key: string): unknown {
  try {
    return (from as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function textOf(from: object, key: string): string | undefined {
  const value = read(from, key);
  return typeof value === 'string' ? value : undefined;
}

function typeOf(error: Error): string {
  const own = textOf(error, 'name');
  if (own !== undefined && own !== '' && own !== 'Error') return own;
  const constructor = read(error, 'constructor');
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'Error';
}

/** Set by the language itself; the map has its own words for them. */
const STANDARD = new Set(['name', 'message', 'stack', 'cause', 'errors']);

function describe(value: unknown, depth: number, seen: Set<unknown>): unknown {
  if (!isError(value)) return value;
  seen.add(value);
  const fields: Record<string, unknown> = { type: typeOf(value) };
  const message = textOf(value, 'message');
  if (message !== undefined) fields['message'] = message;
  const stack = textOf(value, 'stack');
  if (stack !== undefined) {
    fields['stacktrace'] = stack;
    const frames = framesOf(stack);
    if (frames.length > 0) fields['frames'] = frames;
  }
  const cause = read(value, 'cause');
  if (cause !== undefined && cause !== null && depth < MAX_CAUSES && !seen.has(cause)) {
    fields['cause'] = describe(cause, depth + 1, seen);
  }
  const errors = read(value, 'errors');
  if (Array.isArray(errors) && depth < MAX_CAUSES) {
    fields['errors'] = errors.slice(0, MAX_ERRORS).filter((one) => !seen.has(one))
      .map((one) => describe(one, depth + 1, seen));
  }
  for (const key of Object.keys(value)) {
    if (!STANDARD.has(key) && !Object.hasOwn(fields, key)) fields[key] = read(value, key);
  }
  return fields;
}

/** Never throws, whatever the error's getters do. */
export function exceptionOf(error: Error): object {
  return describe(error, 0, new Set()) as object;
}

/** The text of whatever was thrown, or given as a message. Never throws. */
export function textOfAny(value: unknown): string {
  try {
    if (typeof value === 'string') return value;
    if (isError(value)) return value.message;
    return typeof value === 'object'
      ? JSON.stringify(value) : (value as { toString(): string }).toString();
  } catch {
    return '[unreadable]';
  }
}
