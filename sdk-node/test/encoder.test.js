'use strict';
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createTestClient } = require('clogs/testing');

async function stored(record, options) {
  const client = createTestClient(options);
  client.log(record);
  const result = await client.flush({ timeoutMs: 5000 });
  assert.deepEqual(result, { delivered: true, remaining: 0 }, client.stats().lastError ?? '');
  const found = { record: client.records[0], edn: client.edn[0], stats: client.stats() };
  await client.close();
  return found;
}

test('plain values keep their types', async () => {
  const { edn } = await stored({
    message: 'm', s: 'é', t: true, i: -7, d: 1.5, n: null, u: undefined, list: [1, 'a', undefined],
  });
  for (const part of [':s "é"', ':t true', ':i -7', ':d 1.5', ':n nil', ':list [1 "a" nil]']) {
    assert.ok(edn.includes(part), `${part} in ${edn}`);
  }
  assert.ok(!edn.includes(':u '), edn);
});

test('integers keep every digit up to the limits of 64 bits and beyond', async () => {
  const values = [0, 1, -1, 63, 64, -65, 2 ** 31, 2 ** 51 - 1, 2 ** 51, -(2 ** 52), 2 ** 53 - 1,
    -(2 ** 53 - 1), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, 10n ** 30n];
  const { edn } = await stored({ message: 'm', values });
  assert.equal(/:values \[([^\]]*)\]/.exec(edn)[1].replace(/N/g, ''), values.join(' '));
});

test('times keep their milliseconds, before 1970 too', async () => {
  for (const text of ['2026-01-02T03:04:05.678Z', '1969-12-31T23:59:59.999Z', '1901-01-01T00:00:00.001Z']) {
    const { edn } = await stored({ message: 'm', timestamp: new Date(text), at: new Date(text) });
    assert.equal(edn.split(text.slice(0, -1)).length, 3, edn);
  }
  const { edn } = await stored({ message: 'm', at: new Date(NaN) });
  assert.ok(edn.includes(':at nil'), edn);
});

test('collections become maps, sets and vectors; bytes become base64', async () => {
  const { edn } = await stored({
    message: 'm', map: new Map([['k', 1], [2, 'b']]), set: new Set(['a', 'b']),
    mixed: new Set([1, 'a']), bytes: Buffer.from('hi'), floats: new Float64Array([0.5]),
  });
  assert.ok(/:mixed \[1 "a"\]/.test(edn), edn);
  assert.ok(/:set #\{"a" "b"\}/.test(edn), edn);
  assert.ok(edn.includes(':bytes "aGk="'), edn);
  assert.ok(edn.includes(':floats [0.5]'), edn);
  assert.ok(/:k 1/.test(edn), edn);
});

test('lengths around every varint border arrive whole', async () => {
  for (const size of [0, 10, 31, 32, 41, 42, 43, 120, 127, 128, 129, 16383, 16384, 20000]) {
    for (const letter of ['x', 'é', '€']) {
      const text = letter.repeat(size);
      const { record } = await stored({ message: text, nested: { deep: [text] } });
      assert.equal(record.message, text);
      assert.equal(record.attributes.nested.deep[0], text);
    }
  }
});

test('an error becomes exception.* with its chain of causes', async () => {
  const inner = new TypeError('inner');
  const err = new Error('outer', { cause: new AggregateError([inner], 'several') });
  const { record } = await stored({ level: 'error', message: 'failed', err });
  assert.equal(record.attributes['exception.type'], 'Error');
  assert.equal(record.attributes['exception.message'], 'outer');
  assert.match(record.attributes['exception.stacktrace'], /Caused by: AggregateError: several/);
  assert.deepEqual(record.attributes['exception.causes'], [
    { type: 'AggregateError', message: 'several' }, { type: 'TypeError', message: 'inner' }]);
});

test('a circular cause ends', async () => {
  const err = new Error('a');
  err.cause = new Error('b', { cause: err });
  const { record } = await stored({ message: 'm', err });
  assert.deepEqual(record.attributes['exception.causes'], [{ type: 'Error', message: 'b' }]);
});

test('cycles and depth are cut', async () => {
  const ring = { name: 'r' };
  ring.self = ring;
  let deep = { end: true };
  for (let i = 0; i < 100; i++) deep = { deep };
  const { record, edn } = await stored({ message: 'm', ring, deep });
  assert.equal(record.attributes.ring.self, '[circular]');
  assert.ok(edn.includes('[too deep]'), edn);
});

test('toJSON is used, and what throws is told in its place', async () => {
  const { record } = await stored({
    message: 'm', money: { toJSON: () => '9.50 EUR' },
    get bad() { throw new Error('no'); },
    nested: { get bad() { throw new Error('no'); }, ok: 1 },
    json: { toJSON() { throw new Error('never'); } },
  });
  assert.equal(record.attributes.money, '9.50 EUR');
  assert.equal(record.attributes.bad, '[threw: no]');
  assert.deepEqual(record.attributes.nested, { bad: '[threw: no]', ok: 1 });
  assert.equal(record.attributes.json, '[threw: never]');
});

test('a known key of a wrong type is renamed, and the record is kept', async () => {
  const { record, stats } = await stored({ message: 'm', service: 7 });
  assert.equal(record.attributes['attr.service'], 7);
  assert.equal(stats.renamedFields, 1);
});

test('a getter that logs gets its own record', async () => {
  const client = createTestClient();
  client.log({ message: 'outer', get x() { client.info('inner'); return 1; }, y: 2 });
  await client.flush();
  assert.deepEqual(client.records.map((one) => one.message), ['inner', 'outer']);
  assert.equal(client.records[1].attributes.y, 2);
});
