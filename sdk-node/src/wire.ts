// Writes records as the bytes of a clogs.v1.Record (proto/clogs/v1/record.proto). What it writes
// may still break a server's rules: the native door mends that, and redacts.
import { types } from 'node:util';

import { exceptionOf, isError, textOfAny } from './exceptions.js';
import type { Level } from './levels.js';
import { ByteWriter, HEAD, MAX_BYTES, MAX_KEYS } from './bytes.js';

/** Depth at which the door stops as well; the record's own map is 1. */
const MAX_DEPTH = 64;
/** Key and text of a field whose lengths all fit into one byte each. */
const PLAIN_FIELD = 112;
/** Integers whose zigzag form a shift of 32 bits gives. */
const SMALL_INT = 0x3fffffff;
// Numbers and wire types of the fields, as their tag bytes.
const TIMESTAMP = 0x09;
const LEVEL = 0x12;
const MESSAGE = 0x1a;

type TypedKey = 'service' | 'host' | 'logger' | 'thread' | 'trace_id' | 'span_id';

/**
 * 0 for a key that the schema has no field for. A switch: it runs for every text of every record.
 */
function typedTag(key: string): number {
  switch (key) {
    case 'service': return 0x22;
    case 'host': return 0x2a;
    case 'logger': return 0x32;
    case 'thread': return 0x3a;
    case 'trace_id': return 0x42;
    case 'span_id': return 0x4a;
    default: return 0;
  }
}

const FIELDS_LOW = 0x82;
const FIELDS_HIGH = 0x01;
const FIELD_KEY = 0x0a;
const FIELD_OTHER_KEY = 0x12;
const FIELD_VALUE = 0x1a;
const VALUE_BOOL = 0x08;
const VALUE_INT = 0x10;
const VALUE_DOUBLE = 0x19;
const VALUE_STRING = 0x22;
const VALUE_NUMBER = 0x3a;
const VALUE_INST = 0x49;
const VALUE_INST_TEXT = 0x52;
const VALUE_VECTOR = 0x6a;
const VALUE_SET = 0x72;
const VALUE_MAP = 0x7a;
const ITEM = 0x0a;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its object
const { hasOwnProperty: hasOwn } = Object.prototype;

// Numbers are stored as the machine has them, which is little-endian wherever Node runs today.
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** Milliseconds whose nanoseconds an int64 holds. */
const INST_MAX_MS = 9_223_372_036_854;

function tagged(tag: number, text: string): Uint8Array {
  return Uint8Array.from([tag, text.length, ...Buffer.from(text)]);
}

const LEVEL_BYTES: Readonly<Record<Level, Uint8Array>> = {
  trace: tagged(LEVEL, 'trace'), debug: tagged(LEVEL, 'debug'), info: tagged(LEVEL, 'info'),
  warn: tagged(LEVEL, 'warn'), error: tagged(LEVEL, 'error'), fatal: tagged(LEVEL, 'fatal'),
};

export class Encoder extends ByteWriter {
  /** Somebody is writing: a getter or toJSON() that logs needs another encoder. */
  busy = false;
  private keys = 0;
  private hasException = false;
  private readonly ancestors: object[] = [];

  start(): void {
    this.position = 0;
    this.keys = 0;
    this.cut = false;
    this.hasException = false;
  }

  level(level: Level): void {
    const head = LEVEL_BYTES[level];
    this.room(HEAD);
    for (let i = 0; i < head.length; i++) this.bytes[this.position++] = head[i] as number;
  }

  timestamp(unixMs: number): void {
    this.room(HEAD);
    this.bytes[this.position++] = TIMESTAMP;
    this.nanos(unixMs);
  }

  timestampNanos(nanos: bigint): void {
    this.room(HEAD);
    this.bytes[this.position++] = TIMESTAMP;
    this.position = this.bytes.writeBigInt64LE(BigInt.asIntN(64, nanos), this.position);
  }

  message(text: string): void {
    this.room(HEAD);
    this.bytes[this.position++] = MESSAGE;
    this.text(text);
  }

  /** A key of text that the schema has a field for: trace_id, logger, ... */
  typed(key: TypedKey, text: string): void {
    this.room(HEAD);
    this.bytes[this.position++] = typedTag(key);
    this.text(text);
  }

  /** Fields that were encoded before, as they are. */
  raw(fields: Uint8Array): void {
    this.room(fields.length);
    this.bytes.set(fields, this.position);
    this.position += fields.length;
  }

  /**
   * The own enumerable properties. With `isRecord`, those of level, message and timestamp are left
   * out. The first Error becomes the record's exception.
   */
  fields(from: object, isRecord: boolean): void {
    try {
      // for-in with hasOwnProperty, not Object.keys(): V8 then reads each value by its place.
      for (const key in from) {
        if (!hasOwn.call(from, key)) continue;
        if (isRecord && (key === 'level' || key === 'message' || key === 'timestamp')) continue;
        let value: unknown;
        try {
          value = (from as Record<string, unknown>)[key];
        } catch (thrown) {
          value = unreadable(thrown);
        }
        this.field(key, value);
      }
    } catch {
      // A proxy that refuses to be listed: what was read before counts.
    }
  }

  field(key: string, value: unknown): void {
    switch (typeof value) {
      case 'undefined':
      case 'function':
        return;
      case 'string': {
        const tag = typedTag(key);
        if (tag !== 0) {
          this.room(HEAD);
          this.bytes[this.position++] = tag;
          this.text(value);
          return;
        }
        if (key.length + value.length <= PLAIN_FIELD && this.plainText(key, value)) return;
        break;
      }
      case 'number':
        if (key.length <= PLAIN_FIELD && this.plainNumber(key, value)) return;
        break;
      case 'object':
        if (value !== null && !this.hasException && isError(value)) {
          this.hasException = true;
          key = 'exception';
        }
        break;
      default:
    }
    if (this.full()) return;
    this.room(HEAD);
    this.bytes[this.position++] = FIELDS_LOW;
    this.bytes[this.position++] = FIELDS_HIGH;
    const start = this.position++;
    this.keyAndValue(key, value, 1);
    this.close(start);
  }

  /**
   * Head, key and head of the value of a field that ends `valueBytes` behind it: where the value
   * begins. 0, and nothing is written, if the key is not ASCII. No length is over 127.
   */
  private plainHead(key: string, valueBytes: number): number {
    const keyLength = key.length;
    this.room(keyLength + valueBytes + HEAD);
    const bytes = this.bytes;
    let at = this.position + 5;
    for (let i = 0; i < keyLength; i++) {
      const code = key.charCodeAt(i);
      if (code >= 0x80) return 0;
      bytes[at++] = code;
    }
    const start = this.position;
    bytes[start] = FIELDS_LOW;
    bytes[start + 1] = FIELDS_HIGH;
    bytes[start + 2] = keyLength + valueBytes + 4;
    bytes[start + 3] = FIELD_KEY;
    bytes[start + 4] = keyLength;
    bytes[at] = FIELD_VALUE;
    bytes[at + 1] = valueBytes;
    return at + 2;
  }

  private plainText(key: string, text: string): boolean {
    const length = text.length;
    let at = this.plainHead(key, length + 2);
    if (at === 0 || this.full()) return false;
    const bytes = this.bytes;
    bytes[at] = VALUE_STRING;
    bytes[at + 1] = length;
    at += 2;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[at++] = code;
    }
    this.position = at;
    return true;
  }

  private plainNumber(key: string, value: number): boolean {
    if (value >= -SMALL_INT && value <= SMALL_INT && (value | 0) === value &&
        (value !== 0 || !Object.is(value, -0))) {
      let zigzag = (value << 1) ^ (value >> 31);
      const size = zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3
        : zigzag < 0x10000000 ? 4 : 5;
      let at = this.plainHead(key, size + 1);
      if (at === 0 || this.full()) return false;
      const bytes = this.bytes;
      bytes[at++] = VALUE_INT;
      while (zigzag >= 0x80) {
        bytes[at++] = (zigzag & 0x7f) | 0x80;
        zigzag >>>= 7;
      }
      bytes[at++] = zigzag;
      this.position = at;
      return true;
    }
    if (Number.isSafeInteger(value)) return false;
    let at = this.plainHead(key, 9);
    if (at === 0 || this.full()) return false;
    const bytes = this.bytes;
    bytes[at++] = VALUE_DOUBLE;
    double[0] = value;
    for (let i = 0; i < 8; i++) bytes[at++] = doubleBytes[i] as number;
    this.position = at;
    return true;
  }

  private full(): boolean {
    if (this.position <= MAX_BYTES && ++this.keys <= MAX_KEYS) return false;
    this.cut = true;
    return true;
  }

  /** Says on the record that something was left out. The limits leave room for that. */
  end(): void {
    if (!this.cut) return;
    this.room(HEAD);
    this.bytes[this.position++] = FIELDS_LOW;
    this.bytes[this.position++] = FIELDS_HIGH;
    const start = this.position++;
    this.keyAndValue('attr.shortened', 'keys, elements or parts of texts left out', 1);
    this.close(start);
  }

  private keyAndValue(key: string, value: unknown, depth: number): void {
    this.room(HEAD);
    this.bytes[this.position++] = FIELD_KEY;
    this.text(key);
    this.room(HEAD);
    this.bytes[this.position++] = FIELD_VALUE;
    const start = this.position++;
    this.value(value, depth);
    this.close(start);
  }

  private string(text: string): void {
    this.room(HEAD);
    this.bytes[this.position++] = VALUE_STRING;
    this.text(text);
  }

  /** A Value. What has no form of its own there is its text; nothing at all is nil. */
  private value(value: unknown, depth: number): void {
    this.room(HEAD);
    switch (typeof value) {
      case 'string':
        this.bytes[this.position++] = VALUE_STRING;
        this.text(value);
        return;
      case 'number':
        this.number(value);
        return;
      case 'boolean':
        this.bytes[this.position++] = VALUE_BOOL;
        this.bytes[this.position++] = value ? 1 : 0;
        return;
      case 'bigint':
        this.bigint(value);
        return;
      case 'symbol':
        this.string(value.toString());
        return;
      case 'object':
        if (value !== null) this.object(value, depth);
        return;
      default: // undefined or a function, in a list
    }
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.bytes[this.position++] = VALUE_INT;
      const zigzag = value >= 0 ? value * 2 : -value * 2 - 1;
      if (zigzag <= Number.MAX_SAFE_INTEGER) this.varint(zigzag);
      else this.bigVarint(BigInt(value));
      return;
    }
    this.bytes[this.position++] = VALUE_DOUBLE;
    double[0] = value;
    for (let i = 0; i < 8; i++) this.bytes[this.position++] = doubleBytes[i] as number;
  }

  private bigint(value: bigint): void {
    if (value >= INT64_MIN && value <= INT64_MAX) {
      this.bytes[this.position++] = VALUE_INT;
      this.bigVarint(value);
      return;
    }
    this.bytes[this.position++] = VALUE_NUMBER;
    this.text(value.toString());
  }

  private date(date: Date): void {
    const ms = date.getTime();
    if (Number.isNaN(ms)) return; // nil
    if (Math.abs(ms) <= INST_MAX_MS) {
      this.bytes[this.position++] = VALUE_INST;
      this.nanos(ms);
      return;
    }
    this.bytes[this.position++] = VALUE_INST_TEXT;
    this.text(date.toISOString());
  }

  private object(value: object, depth: number): void {
    if (depth >= MAX_DEPTH) return this.string('[too deep]');
    if (this.ancestors.includes(value)) return this.string('[circular]');
    this.ancestors.push(value);
    try {
      this.form(value, depth);
    } finally {
      this.ancestors.pop();
    }
  }

  private form(value: object, depth: number): void {
    const start = this.position;
    try {
      if (Array.isArray(value)) return this.items(VALUE_VECTOR, value, depth);
      if (types.isDate(value)) return this.date(value);
      if (isError(value)) return this.map(exceptionOf(value), depth);
      if (types.isMap(value)) return this.entries(value, depth);
      if (types.isSet(value)) return this.items(VALUE_SET, value, depth);
      if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
        return this.binary(value, depth);
      }
      const json = (value as { toJSON?: unknown }).toJSON;
      if (typeof json === 'function') {
        const plain: unknown = json.call(value, '');
        return plain === value ? this.map(value, depth) : this.value(plain, depth + 1);
      }
      if (types.isBoxedPrimitive(value)) return this.value(value.valueOf(), depth + 1);
      if (types.isRegExp(value) || value instanceof URLSearchParams) {
        return this.string(String(value));
      }
      this.map(value, depth);
    } catch (thrown) {
      this.position = start; // what was begun has no lengths yet
      this.string(unreadable(thrown));
    }
  }

  private map(value: object, depth: number): void {
    const start = this.begin(VALUE_MAP);
    for (const key of Object.keys(value)) {
      let one: unknown;
      try {
        one = (value as Record<string, unknown>)[key];
      } catch (thrown) {
        one = unreadable(thrown);
      }
      if (one === undefined || typeof one === 'function') continue;
      if (this.full()) break;
      const entry = this.begin(ITEM);
      this.keyAndValue(key, one, depth + 1);
      this.close(entry);
    }
    this.close(start);
  }

  private entries(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    const start = this.begin(VALUE_MAP);
    for (const [key, value] of map) {
      if (this.full()) break;
      const entry = this.begin(ITEM);
      if (typeof key === 'string') {
        this.keyAndValue(key, value, depth + 1);
      } else {
        const other = this.begin(FIELD_OTHER_KEY);
        this.value(key, depth + 1);
        this.close(other);
        const field = this.begin(FIELD_VALUE);
        this.value(value, depth + 1);
        this.close(field);
      }
      this.close(entry);
    }
    this.close(start);
  }

  private items(tag: number, items: Iterable<unknown>, depth: number): void {
    const start = this.begin(tag);
    for (const item of items) {
      if (this.position > MAX_BYTES) {
        this.cut = true;
        break;
      }
      const one = this.begin(ITEM);
      this.value(item, depth + 1);
      this.close(one);
    }
    this.close(start);
  }

  /** Bytes as base64; numbers of a typed array as a vector. */
  private binary(value: ArrayBufferView | ArrayBufferLike, depth: number): void {
    if (ArrayBuffer.isView(value) && !types.isUint8Array(value) && !types.isDataView(value)) {
      return this.items(VALUE_VECTOR, value as unknown as Iterable<unknown>, depth);
    }
    const bytes = ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : Buffer.from(value);
    this.string(bytes.subarray(0, MAX_BYTES).toString('base64'));
  }

  private begin(tag: number): number {
    this.room(HEAD);
    this.bytes[this.position++] = tag;
    return this.position++;
  }
}

function unreadable(thrown: unknown): string {
  return `[unreadable: ${textOfAny(thrown)}]`;
}
