// Memory that grows, and what protobuf is made of: varints, texts, lengths put in afterwards.

/**
 * Nothing is added to a record beyond these. A server takes 1 MiB and 4,096 keys, and the client
 * adds some of its own (service, host, the resource, ...).
 */
export const MAX_BYTES = 900_000;
export const MAX_KEYS = 4000;
const SHORTENED = '...[shortened]';
/** Shorter texts are tried as ASCII, character by character: quicker than a call into Node. */
const SHORT_TEXT = 96;
/** Shorter texts are not worth cutting. */
const LONG_TEXT = 1024;
/** A varint takes at most ten bytes, a tag at most two. */
export const HEAD = 16;

const TWO_32 = 4294967296;

export class ByteWriter {
  bytes: Buffer;
  position = 0;
  /** Something was left out because of a limit. */
  cut = false;

  /** `moved` hears of the memory, now and whenever it grows. */
  constructor(size: number, private readonly moved?: (bytes: Buffer) => void) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    moved?.(this.bytes);
  }

  protected room(bytes: number): void {
    if (this.position + bytes <= this.bytes.length) return;
    const size = Math.max(this.bytes.length * 2, this.position + bytes);
    const grown = Buffer.allocUnsafeSlow(size);
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
    this.moved?.(grown);
  }

  /**
   * The length of what was written behind the byte at `start`, into that byte and, if it needs
   * more, others.
   */
  protected close(start: number): void {
    let length = this.position - start - 1;
    if (length < 0x80) {
      this.bytes[start] = length;
      return;
    }
    let extra = 0;
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) extra++;
    this.room(extra);
    this.bytes.copyWithin(start + 1 + extra, start + 1, this.position);
    this.position += extra;
    let at = start;
    while (length >= 0x80) {
      this.bytes[at++] = (length & 0x7f) | 0x80;
      length >>>= 7;
    }
    this.bytes[at] = length;
  }

  protected varint(value: number): void {
    while (value >= 0x80) {
      this.bytes[this.position++] = (value & 0x7f) | 0x80;
      value = value < TWO_32 ? value >>> 7 : Math.floor(value / 128);
    }
    this.bytes[this.position++] = value;
  }

  protected bigVarint(value: bigint): void {
    let rest = BigInt.asUintN(64, value >= 0n ? value << 1n : (-value << 1n) - 1n);
    while (rest >= 0x80n) {
      this.bytes[this.position++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.position++] = Number(rest);
  }

  /** Its length and its UTF-8. A lone surrogate becomes U+FFFD. */
  protected text(text: string): void {
    const length = text.length;
    this.room(length + HEAD);
    if (length < SHORT_TEXT) {
      const bytes = this.bytes;
      let at = this.position + 1;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) break;
        bytes[at++] = code;
      }
      if (i === length) {
        bytes[this.position] = length;
        this.position = at;
        return;
      }
    }
    let kept = text;
    if (length > LONG_TEXT && this.position + Buffer.byteLength(text) > MAX_BYTES) {
      this.cut = true;
      // Three bytes a character at most, so what is kept has room in any script.
      kept = text.slice(0, Math.max(0, (MAX_BYTES - this.position) / 3)) + SHORTENED;
    }
    const size = Buffer.byteLength(kept);
    this.room(size + HEAD);
    this.varint(size);
    this.position += this.bytes.write(kept, this.position, size, 'utf8');
  }

  /**
   * An sfixed64 of nanoseconds, without a bigint: high and low 32 bits by parts that a double
   * holds.
   */
  protected nanos(unixMs: number): void {
    const whole = Math.floor(unixMs);
    const upper = Math.floor(whole / 1048576);
    const lower = (whole - upper * 1048576) * 1_000_000 +
      Math.floor((unixMs - whole) * 1_000_000);
    const scaled = upper * 1_000_000;
    const scaledUpper = Math.floor(scaled / 4096);
    const rest = (scaled - scaledUpper * 4096) * 1048576 + lower;
    const carry = Math.floor(rest / TWO_32);
    const low = rest - carry * TWO_32;
    const high = scaledUpper + carry;
    const bytes = this.bytes;
    let at = this.position;
    bytes[at++] = low;
    bytes[at++] = low >>> 8;
    bytes[at++] = low >>> 16;
    bytes[at++] = low >>> 24;
    bytes[at++] = high;
    bytes[at++] = high >>> 8;
    bytes[at++] = high >>> 16;
    bytes[at++] = high >>> 24;
    this.position = at;
  }
}
