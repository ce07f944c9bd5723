// Writes the wire bytes of one clogs.v1.Record (proto/clogs/v1/record.proto) into a buffer that is
// used again. Never throws for what an application logs: what cannot be read is said in its place.

import { errorFields, errorValue } from './errors';

export type Fields = Record<string, unknown>;

/** Nesting beyond this is cut: the server refuses far deeper values, and nobody reads them. */
const MAX_DEPTH = 16;
const TWO_24 = 2 ** 24;
const TWO_32 = 2 ** 32;
/** Beyond it twice the number is no exact double any more. */
const EXACT_ZIGZAG = 2 ** 51;

/** Tags of the typed keys: `field number << 3 | wire type`. */
const TYPED: Readonly<Record<string, number>> = {
  level: 0x12, message: 0x1a, service: 0x22, host: 0x2a, logger: 0x32, thread: 0x3a,
  trace_id: 0x42, span_id: 0x4a,
};

export class Encoder {
  buffer: Buffer = Buffer.allocUnsafe(8192);
  length = 0;
  private ancestors: object[] = [];

  start(timestampMs: number): void {
    this.length = 0;
    this.ancestors.length = 0;
    this.room(9);
    this.buffer[this.length++] = 0x09;
    this.nanos(timestampMs);
  }

  /** A field of the record; undefined and functions are left out. */
  field(key: string, value: unknown): void {
    const tag = TYPED[key];
    if (tag !== undefined && typeof value === 'string') {
      this.room(1);
      this.buffer[this.length++] = tag;
      this.text(value);
      return;
    }
    if (value instanceof Error && (key === 'err' || key === 'error' || key === 'exception')) {
      for (const [name, part] of errorFields(value)) this.entry(0x82, 0x01, name, part);
      return;
    }
    this.entry(0x82, 0x01, key, value);
  }

  /** Every own field of the object; one whose getter throws says so. */
  fields(object: Fields, skip?: Fields): void {
    for (const key of Object.keys(object)) {
      if (skip === undefined || !Object.hasOwn(skip, key)) this.fieldOf(object, key);
    }
  }

  fieldOf(object: Fields, key: string): void {
    this.field(key, read(object, key));
  }

  private entry(tag: number, second: number, key: string, value: unknown): void {
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return;
    this.room(2);
    this.buffer[this.length++] = tag;
    if (second !== 0) this.buffer[this.length++] = second;
    const field = this.open();
    this.room(1);
    this.buffer[this.length++] = 0x0a;
    this.text(key);
    this.room(1);
    this.buffer[this.length++] = 0x1a;
    const start = this.open();
    this.value(value);
    this.close(start);
    this.close(field);
  }

  private value(value: unknown): void {
    this.room(11);
    switch (typeof value) {
      case 'string':
        this.buffer[this.length++] = 0x22;
        this.text(value);
        return;
      case 'number':
        this.number(value);
        return;
      case 'boolean':
        this.buffer[this.length++] = 0x08;
        this.buffer[this.length++] = value ? 1 : 0;
        return;
      case 'bigint':
        this.bigint(value);
        return;
      case 'object':
        if (value !== null) this.object(value);
        return;
      default: // undefined, a function or a symbol inside of an array: nil
    }
  }

  private number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < EXACT_ZIGZAG && !Object.is(value, -0)) {
      this.buffer[this.length++] = 0x10;
      this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
    } else if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.bigint(BigInt(value));
    } else {
      this.buffer[this.length++] = 0x19;
      this.length = this.buffer.writeDoubleLE(value, this.length);
    }
  }

  private bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) {
      this.buffer[this.length++] = 0x3a;
      this.text(value.toString());
      return;
    }
    this.buffer[this.length++] = 0x10;
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 127n) {
      this.buffer[this.length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.buffer[this.length++] = Number(rest);
  }

  private object(value: object): void {
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) return; // nil
      this.buffer[this.length++] = 0x49;
      this.nanos(value.getTime());
      return;
    }
    if (value instanceof Uint8Array) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      this.value(bytes.toString('base64'));
      return;
    }
    if (this.ancestors.includes(value)) {
      this.value('[circular]');
    } else if (this.ancestors.length >= MAX_DEPTH) {
      this.value('[too deep]');
    } else {
      this.ancestors.push(value);
      this.nested(value);
      this.ancestors.pop();
    }
  }

  private nested(value: object): void {
    if (value instanceof Error) return this.map(Object.entries(errorValue(value)));
    if (Array.isArray(value)) return this.items(0x6a, value);
    if (value instanceof Map) {
      return this.map(Array.from(value, ([key, one]): [string, unknown] => [printed(key), one]));
    }
    if (value instanceof Set) {
      // Values of one simple type stay distinct on the wire; others need not.
      const all = Array.from(value);
      const simple = ['string', 'number'].some((type) => all.every((one) => typeof one === type));
      return this.items(simple ? 0x72 : 0x6a, all);
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return this.items(0x6a, Array.from(value as unknown as Iterable<unknown>));
    }
    const convert = read(value as Fields, 'toJSON');
    if (typeof convert === 'function') {
      let converted: unknown;
      try {
        converted = convert.call(value);
      } catch (error) {
        converted = threw(error);
      }
      if (converted !== value) return this.value(converted);
    }
    return this.map(keysOf(value).map((key) => [key, read(value as Fields, key)]));
  }

  private items(tag: number, values: readonly unknown[]): void {
    this.room(1);
    this.buffer[this.length++] = tag;
    const all = this.open();
    for (const one of values) {
      this.room(1);
      this.buffer[this.length++] = 0x0a;
      const start = this.open();
      this.value(one);
      this.close(start);
    }
    this.close(all);
  }

  private map(entries: readonly (readonly [string, unknown])[]): void {
    this.room(1);
    this.buffer[this.length++] = 0x7a;
    const all = this.open();
    for (const [key, one] of entries) this.entry(0x0a, 0, key, one);
    this.close(all);
  }

  /** A length of one byte, which close() makes longer where it must. */
  private open(): number {
    this.room(1);
    return ++this.length;
  }

  private close(start: number): void {
    const size = this.length - start;
    if (size < 128) {
      this.buffer[start - 1] = size;
      return;
    }
    const extra = size < 2 ** 14 ? 1 : size < 2 ** 21 ? 2 : size < 2 ** 28 ? 3 : 4;
    this.room(extra);
    this.buffer.copyWithin(start + extra, start, this.length);
    const end = this.length + extra;
    this.length = start - 1;
    this.varint(size);
    this.length = end;
  }

  private text(text: string): void {
    const most = text.length * 3;
    this.room(most + 5);
    if (text.length < 32) {
      const start = ++this.length;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) {
          this.length = start + this.buffer.write(text, start);
          break;
        }
        this.buffer[this.length++] = code;
      }
      this.buffer[start - 1] = this.length - start; // at most 31 * 3
      return;
    }
    const start = this.open();
    this.length += this.buffer.write(text, start);
    this.close(start);
  }

  private varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.buffer[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length++] = rest;
  }

  /** Milliseconds as nanoseconds in 64 bits: in two halves, because doubles have only 53. */
  private nanos(ms: number): void {
    const whole = Math.floor(ms);
    const high = Math.floor(whole / TWO_24) * 1e6;
    const low = (whole - Math.floor(whole / TWO_24) * TWO_24) * 1e6 + Math.round((ms - whole) * 1e6);
    const carry = (high - Math.floor(high / 256) * 256) * TWO_24 + low;
    this.length = this.buffer.writeUInt32LE(carry % TWO_32, this.length);
    const top = Math.floor(high / 256) + Math.floor(carry / TWO_32);
    this.length = this.buffer.writeInt32LE(top | 0, this.length);
  }

  private room(bytes: number): void {
    const need = this.length + bytes;
    if (need <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(need, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
}

function read(object: Fields, key: string): unknown {
  try {
    return object[key];
  } catch (error) {
    return threw(error);
  }
}

function keysOf(object: object): string[] {
  try {
    return Object.keys(object);
  } catch {
    return []; // a revoked proxy
  }
}

function printed(key: unknown): string {
  try {
    return String(key);
  } catch (error) {
    return threw(error);
  }
}

function threw(error: unknown): string {
  try {
    return `[threw: ${error instanceof Error ? error.message : String(error)}]`;
  } catch {
    return '[threw]';
  }
}
