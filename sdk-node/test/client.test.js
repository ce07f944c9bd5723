'use strict';
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { Worker } = require('node:worker_threads');
const { createClient, withContext } = require('clogs');
const { createTestClient } = require('clogs/testing');

test('context reaches awaited calls, nests, and gives way to the record', async () => {
  const client = createTestClient();
  await withContext({ tenant: 'acme', user: 1 }, async () => {
    await Promise.resolve();
    withContext({ user: 2 }, () => client.info('in', { other: 3 }));
    client.info('own', { tenant: 'mine' });
  });
  client.info('out');
  await client.flush();
  const [inside, own, out] = client.records.map((one) => one.attributes);
  assert.deepEqual([inside.tenant, inside.user, inside.other], ['acme', 2, 3]);
  assert.equal(own.tenant, 'mine');
  assert.equal(out.tenant, undefined);
});

test('records below the level are not taken', async () => {
  const client = createTestClient({ level: 'warn' });
  assert.equal(client.info('no'), false);
  assert.equal(client.warn('yes'), true);
  await client.flush();
  assert.deepEqual(client.records.map((one) => one.message), ['yes']);
});

test('beforeSend changes and drops; what it throws sends the record as it was', async () => {
  const client = createTestClient({
    beforeSend: (record) => {
      if (record.message === 'drop') return null;
      if (record.message === 'throw') throw new Error('mine');
      return { ...record, added: 1 };
    },
  });
  for (const message of ['keep', 'drop', 'throw']) client.info(message);
  await client.flush();
  assert.deepEqual(client.records.map((one) => [one.message, one.attributes.added]),
    [['keep', 1], ['throw', undefined]]);
  assert.equal(client.stats().dropped.beforeSend, 1);
});

test('secrets are censored', async () => {
  const client = createTestClient();
  client.info('login', { password: 'hunter2' });
  await client.flush();
  assert.equal(client.records[0].attributes.password, '[redacted]');
});

test('flush tells the truth while the server hangs', async () => {
  const client = createTestClient();
  client.behave({ hang: true });
  client.info('waits');
  assert.deepEqual(await client.flush({ timeoutMs: 20 }), { delivered: false, remaining: 1 });
  client.behave({});
  assert.deepEqual(await client.flush({ timeoutMs: 15000 }), { delivered: true, remaining: 0 });
});

test('a wrong option is told and falls back', () => {
  const client = createClient({ queueMaxRecords: -1, nonsense: true });
  assert.equal(client.warnings().length, 2, client.warnings().join('\n'));
});

test('close is idempotent, and later records are counted', async () => {
  const client = createTestClient();
  client.info('last');
  assert.deepEqual(await client.close(), { delivered: true, remaining: 0 });
  assert.deepEqual(await client.close(), { delivered: true, remaining: 0 });
  assert.equal(client.info('late'), false);
  assert.equal(client.stats().dropped.closed, 1);
});

test('workers have clients of their own', async () => {
  const run = () => new Promise((resolve, reject) => {
    const worker = new Worker(`
      const { createTestClient } = require('clogs/testing');
      const client = createTestClient();
      client.info('from a worker');
      client.flush().then(() => require('node:worker_threads').parentPort.postMessage(client.records.length));
    `, { eval: true });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  assert.deepEqual(await Promise.all([run(), run(), run()]), [1, 1, 1]);
});

test('import and require share one instance', async () => {
  const imported = await import('clogs');
  assert.equal(imported.createClient, createClient);
});
