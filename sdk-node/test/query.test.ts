import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createClient, type Client, type QueryError } from 'clogs';
import { RealServer } from './server';

let server: RealServer;
let client: Client;

before(async () => {
  server = await RealServer.start();
  client = createClient({ endpoint: server.grpc, service: 'shop' });
  for (let n = 0; n < 3000; n++) client.info('m', { n, big: 2n ** 60n });
  assert.equal((await client.flush()).delivered, true);
});

after(async () => {
  await client.close();
  await server.stop();
});

test('rows of an EDN query come one by one, in order, with a summary', async () => {
  const answer = client.query('{:where [:< :n 2000] :order-by [[:n :asc]] :limit 5000 :select [:n]}');
  assert.equal(answer.summary, undefined);
  const seen: unknown[] = [];
  for await (const row of answer) seen.push(row['n']);
  assert.deepEqual(seen, [...Array(2000).keys()]);
  assert.equal(answer.summary!.count, 2000);
  assert.match(answer.summary!.hash, /^sha256:/);
  assert.deepEqual(await answer.next(), { done: true, value: undefined });
});

test('a query may be data, with parameters', async () => {
  const rows = await client.query(
    { where: ['=', 'n', 17], select: ['n', 'service'] }).toArray();
  assert.deepEqual(rows, [{ n: 17, service: 'shop' }]);
  const withParams = await client.query('{:where [:= :n ?n] :select [:n]}',
    { params: { n: 18 } }).toArray();
  assert.deepEqual(withParams, [{ n: 18 }]);
});

test('rows as EDN keep what JSON has not', async () => {
  const [row] = await client.queryEdn('{:where [:= :n 5] :select [:n :big]}').toArray();
  assert.equal(row, '{:n 5 :big 1152921504606846976}');
});

test('calls of next() may overlap', async () => {
  const answer = client.query('{:order-by [[:n :asc]] :limit 3 :select [:n]}');
  const rows = await Promise.all([answer.next(), answer.next(), answer.next(), answer.next()]);
  assert.deepEqual(rows.map((one) => one.value?.['n']), [0, 1, 2, undefined]);
});

test('a wrong query throws, with the server\'s code and facts', async () => {
  await assert.rejects(client.query('{:wher 1}').toArray(), (error: QueryError) => {
    assert.equal(error.code, 'invalid-argument');
    assert.equal(error.grpcCode, 3);
    assert.match(error.message, /wher/);
    assert.ok(error.details);
    return true;
  });
});

test('leaving the loop ends the query', async () => {
  const answer = client.query('{:limit 3000}');
  for await (const row of answer) {
    assert.ok(row);
    break;
  }
  assert.deepEqual(await answer.next(), { done: true, value: undefined });
});

test('a tail shows records from its begin on, until return()', async () => {
  const tail = client.tail({ where: ['=', 'kind', 'tailed'] });
  const first = tail.next();
  // A tail begins when the server has it; until the first one comes back, records are written.
  let came = false;
  void first.then(() => (came = true));
  let n = 0;
  while (!came) {
    client.info('live', { kind: 'tailed', n: n++ });
    await client.flush();
    await new Promise(setImmediate);
  }
  const seen = ((await first).value as Record<string, unknown>)['n'] as number;
  client.info('live', { kind: 'tailed', last: true });
  for await (const row of tail) {
    assert.equal(row['message'], 'live');
    if (row['last'] === true) break;
    assert.ok((row['n'] as number) > seen);
  }
  assert.equal(tail.dropped, 0);
  assert.deepEqual(await tail.next(), { done: true, value: undefined });
});

test('an AbortSignal ends a tail that waits, with its reason', async () => {
  const abort = new AbortController();
  const tail = client.tail({ where: ['=', 'kind', 'never'] }, { signal: abort.signal });
  const waiting = tail.next();
  setImmediate(() => {
    abort.abort(new Error('enough'));
  });
  await assert.rejects(waiting, /enough/);
  assert.deepEqual(await tail.next(), { done: true, value: undefined });
});

test('return() ends a next() that waits', async () => {
  const tail = client.tail({ where: ['=', 'kind', 'never'] });
  const waiting = tail.next();
  await new Promise(setImmediate);
  await tail.return();
  assert.deepEqual(await waiting, { done: true, value: undefined });
});

test('a signal that has come already starts nothing', async () => {
  const signal = AbortSignal.abort(new Error('before'));
  await assert.rejects(client.query('{}', { signal }).toArray(), /before/);
});

test('a client that is closed answers no query', async () => {
  const other = createClient({ endpoint: server.grpc });
  await other.close();
  await assert.rejects(other.query('{}').toArray(), /closed/);
});

test('a server that is away is an error, within the time limit', async () => {
  const other = createClient({ endpoint: '127.0.0.1:1', connectTimeoutMs: 200, diagnostics: 'off' });
  await assert.rejects(other.query('{}', { timeoutMs: 2000 }).toArray(),
    (error: QueryError) => ['unavailable', 'deadline-exceeded'].includes(error.code));
  await other.close();
});
