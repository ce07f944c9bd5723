import assert from 'node:assert/strict';
import test from 'node:test';

import { createTestClient, type StoredRecord } from 'clogs/testing';

/** The record as JSON, and the value as EDN text. */
async function stored(attributes: object): Promise<{ record: StoredRecord; edn: string }> {
  const client = createTestClient();
  assert.equal(client.info('m', attributes), true);
  await client.flush();
  const [edn = ''] = client.recordsEdn;
  const record = client.one();
  assert.equal(client.stats().dropped.malformed, 0);
  await client.close();
  return { record, edn };
}

async function ednOf(value: unknown): Promise<string> {
  const { edn } = await stored({ value });
  return / :value (.*) :host /s.exec(edn)?.[1] ?? `(none in ${edn})`;
}

const values: [string, unknown, string][] = [
  ['a short text', 'abc', '"abc"'],
  ['an empty text', '', '""'],
  ['a text that is not ASCII', 'grün 😀', '"grün 😀"'],
  ['a lone surrogate', 'a\ud800b', '"a\ufffdb"'],
  ['an integer', 42, '42'],
  ['a negative integer', -7, '-7'],
  ['an integer over 30 bits', 2 ** 31, '2147483648'],
  ['the largest safe integer', Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['the smallest safe integer', Number.MIN_SAFE_INTEGER, '-9007199254740991'],
  ['an edge of small integers', 0x3fffffff, '1073741823'],
  ['the other edge of small integers', -0x3fffffff, '-1073741823'],
  ['a float', 9.5, '9.5'],
  ['minus zero', -0, '-0.0'],
  ['not a number', NaN, '##NaN'],
  ['infinity', -Infinity, '##-Inf'],
  ['true', true, 'true'],
  ['null', null, 'nil'],
  ['a bigint of 64 bits', -(2n ** 63n), '-9223372036854775808'],
  ['a bigint beyond', 2n ** 70n, '1180591620717411303424'],
  ['a date', new Date(1700000000123), '#inst "2023-11-14T22:13:20.123Z"'],
  ['a date before 1970', new Date(-1), '#inst "1969-12-31T23:59:59.999Z"'],
  ['an invalid date', new Date(NaN), 'nil'],
  ['a buffer', Buffer.from('hi'), '"aGk="'],
  ['an array buffer', new Uint8Array([1, 2]).buffer, '"AQI="'],
  ['a typed array', new Float64Array([1.5, 2]), '[1.5 2]'],
  ['a map', new Map<unknown, unknown>([['a', 1], [2, 'b']]), '{:a 1 2 "b"}'],
  ['a set', new Set([1, 'x']), '#{1 "x"}'],
  ['a list', [1, undefined, null, 'a'], '[1 nil nil "a"]'],
  ['an object', { a: { b: [{ c: 1 }] } }, '{:a {:b [{:c 1}]}}'],
  ['undefined and functions in an object', { a: undefined, b: () => 1, c: 1 }, '{:c 1}'],
  ['a symbol', Symbol('s'), '"Symbol(s)"'],
  ['a regular expression', /a+/g, '"/a+/g"'],
  ['a URL', new URL('http://a/b'), '"http://a/b"'],
  ['a boxed number', Object(3), '3'],
  ['toJSON', { toJSON: () => ({ x: 1 }) }, '{:x 1}'],
  ['toJSON that gives itself', (() => {
    const self = { x: 1, toJSON: (): unknown => self };
    return self;
  })(), '{:x 1}'],
  ['toJSON that throws', { toJSON: () => { throw new Error('no'); } }, '"[unreadable: no]"'],
  ['a getter that throws', { get x() { throw new Error('no'); }, y: 1 }, '{:x "[unreadable: no]" :y 1}'],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), '{:a 1}'],
  ['a proxy that refuses', new Proxy({}, { ownKeys: () => { throw new Error('no'); } }),
    '"[unreadable: no]"'],
  ['a promise', Promise.resolve(1), '{}'],
];

for (const [name, value, want] of values) {
  test(`${name} is stored as ${want}`, async () => {
    assert.equal(await ednOf(value), want);
  });
}

test('texts of every length around the limits of one-byte lengths come back', async () => {
  const client = createTestClient();
  const lengths = [...Array(140).keys(), 16383, 16384, 70000];
  for (const length of lengths) {
    client.info('m', { length, text: 'x'.repeat(length), umlauts: 'ü'.repeat(length) });
    client.info('m', { length, [`k${'y'.repeat(length)}`]: 1 });
  }
  await client.flush();
  const { records } = client;
  assert.equal(records.length, lengths.length * 2);
  lengths.forEach((length, i) => {
    assert.equal(records[2 * i]!['text'], 'x'.repeat(length));
    assert.equal(records[2 * i]!['umlauts'], 'ü'.repeat(length));
    assert.equal(records[2 * i + 1]![`k${'y'.repeat(length)}`], 1);
  });
  await client.close();
});

test('random nested data comes back as JSON has it', async () => {
  let seed = 42;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  const made = (depth: number): unknown => {
    switch (random(depth > 0 ? 7 : 5)) {
      case 0: return random(2 ** 31) - 2 ** 30;
      case 1: return random(1000) / 8 + 0.0625;
      case 2: return ['', 'plain', 'ümlaut', 'y'.repeat(random(300))][random(4)];
      case 3: return random(2) === 0;
      case 4: return null;
      case 5: return Array.from({ length: random(5) }, () => made(depth - 1));
      default: return Object.fromEntries(
        Array.from({ length: random(5) }, (_x, i) => [`k${String(i)}`, made(depth - 1)]));
    }
  };
  const client = createTestClient();
  const sent = Array.from({ length: 300 }, () => made(5));
  for (const value of sent) client.info('m', { value });
  await client.flush();
  assert.deepEqual(client.records.map((record) => record['value']), sent);
  await client.close();
});

test('cycles end, and the same object twice is no cycle', async () => {
  const shared = { a: 1 };
  const circle: Record<string, unknown> = { shared, again: shared };
  circle['self'] = circle;
  assert.equal(await ednOf(circle), '{:shared {:a 1} :again {:a 1} :self "[circular]"}');
});

test('what is nested too deep is cut, not lost', async () => {
  let deep: unknown = 'bottom';
  for (let i = 0; i < 200; i++) deep = { deep };
  const { edn } = await stored({ deep });
  assert.match(edn, /\[too deep\]/);
});

test('a huge record is cut, says so, counts as shortened, and is stored', async () => {
  const huge = Object.fromEntries(Array.from({ length: 20000 }, (_x, i) => [`k${String(i)}`, i]));
  const many = Array.from({ length: 1_000_000 }, (_x, i) => i);
  for (const value of [huge, many, 'x'.repeat(5_000_000), 'ü'.repeat(5_000_000)]) {
    const client = createTestClient({ resource: { region: 'eu' } });
    client.info('m', { value });
    await client.flush();
    assert.match(String(client.one()['attr.shortened']), /left out/);
    assert.equal(client.stats().shortened, 1);
    await client.close();
  }
});

test('the first error is the exception, with its causes, and others stay under their keys', async () => {
  const inner = new TypeError('inner');
  const error = Object.assign(new Error('outer', { cause: inner }), { code: 'E_PAY', status: 402 });
  const { record } = await stored({ err: error, other: new RangeError('r') });
  const exception = record.exception!;
  assert.equal(exception['type'], 'Error');
  assert.equal(exception['message'], 'outer');
  assert.equal(exception['code'], 'E_PAY');
  assert.equal(exception['status'], 402);
  assert.equal(exception['stacktrace'], error.stack);
  const [frame] = exception['frames'] as { file: string; line: number }[];
  assert.match(frame!.file, /encoder\.test\.js$/);
  assert.ok(frame!.line > 0);
  const cause = exception['cause'] as Record<string, unknown>;
  assert.equal(cause['type'], 'TypeError');
  assert.equal(cause['message'], 'inner');
  assert.equal((record['other'] as Record<string, unknown>)['type'], 'RangeError');
  assert.equal('err' in record, false);
});

test('an AggregateError keeps its errors, a class its name, a circle of causes an end', async () => {
  class PaymentError extends Error {}
  const circle = new PaymentError('a');
  circle.cause = circle;
  const { record } = await stored({ err: new AggregateError([circle, 'text'], 'many') });
  const errors = record.exception!['errors'] as unknown[];
  assert.equal((errors[0] as Record<string, unknown>)['type'], 'PaymentError');
  assert.equal((errors[0] as Record<string, unknown>)['cause'], undefined);
  assert.equal(errors[1], 'text');
});

test('an error whose getters throw is still a record', async () => {
  const error = new Error('x');
  Object.defineProperty(error, 'stack', { get: () => { throw new Error('no'); } });
  Object.defineProperty(error, 'message', { get: () => { throw new Error('no'); } });
  const { record } = await stored({ error });
  assert.deepEqual(record.exception, { type: 'Error' });
});

test('a getter that logs has its own record, and the outer one is whole', async () => {
  const client = createTestClient();
  client.info('outer', {
    before: 1,
    get inside() {
      client.info('inner', { x: 1 });
      return 'seen';
    },
    after: 2,
  });
  await client.flush();
  assert.deepEqual(client.records.map((one) => [one.message, one.attributes]), [
    ['inner', { x: 1 }], ['outer', { before: 1, inside: 'seen', after: 2 }]]);
  await client.close();
});

test('known keys go to their places; one of a wrong type is renamed', async () => {
  const { record } = await stored({
    logger: 'shop.cart', trace_id: '0af7651916cd43dd8448eb211c80319c', message: 'no', host: 5 });
  assert.equal(record['logger'], 'shop.cart');
  assert.equal(record.trace_id ?? record['trace-id'], '0af7651916cd43dd8448eb211c80319c');
  assert.equal(record.message, 'm');
  assert.equal(record['attr.message'], 'no');
  assert.equal(record['attr.host'], 5);
});
