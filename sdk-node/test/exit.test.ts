// The end of a process in all its forms, against the real server: nothing that was logged is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { RealServer, runProgram, type Ended } from './server';

let server: RealServer;

before(async () => {
  server = await RealServer.start();
});

after(async () => {
  await server.stop();
});

async function run(service: string, code: string,
  options: Parameters<typeof runProgram>[1] = {}): Promise<Ended> {
  return runProgram(`const { createClient, defaultClient } = require('clogs');\n${code}`, {
    ...options,
    env: { CLOGS_ENDPOINT: server.grpc, CLOGS_SERVICE: service, CLOGS_FLUSH_INTERVAL_MS: '60000',
      ...options.env },
  });
}

async function messages(service: string): Promise<unknown[]> {
  const rows = await server.rows(
    `{:where [:= :service "${service}"] :order-by [[:n :asc]] :limit 100000 :select [:message :n]}`);
  return rows.map((row) => row['message']);
}

test('process.exit() right after a log loses nothing', async () => {
  const ended = await run('exit', `
    const client = createClient();
    for (let n = 0; n < 5000; n++) client.info('record', { n });
    process.exit(3);`, { env: { CLOGS_BATCH_MAX_RECORDS: '100' } });
  assert.equal(ended.code, 3, ended.err);
  assert.equal((await messages('exit')).length, 5000);
});

test('so does an event loop that runs empty', async () => {
  const ended = await run('natural', `createClient().info('last', { n: 1 });`);
  assert.equal(ended.code, 0, ended.err);
  assert.deepEqual(await messages('natural'), ['last']);
});

test('an uncaught exception ends the process as ever, after delivery', async () => {
  const ended = await run('uncaught', `
    createClient().info('before', { n: 1 });
    throw new Error('nobody catches me');`);
  assert.equal(ended.code, 1);
  assert.match(ended.err, /nobody catches me/);
  assert.deepEqual(await messages('uncaught'), ['before']);
});

test('what a later listener of exit logs is delivered too', async () => {
  const ended = await run('late', `
    const client = createClient();
    client.info('first', { n: 1 });
    process.on('exit', () => { client.info('second', { n: 2 }); });
    process.on('exit', () => { client.info('third', { n: 3 }); });
    process.exit(0);`);
  assert.equal(ended.code, 0, ended.err);
  assert.deepEqual(await messages('late'), ['first', 'second', 'third']);
});

test('an application that goes on after beforeExit loses nothing either', async () => {
  const ended = await run('revived', `
    const client = createClient();
    client.info('first', { n: 1 });
    let once = true;
    process.on('beforeExit', () => {
      if (!once) return;
      once = false;
      setTimeout(() => client.info('second', { n: 2 }), 1);
    });`);
  assert.equal(ended.code, 0, ended.err);
  assert.deepEqual(await messages('revived'), ['first', 'second']);
});

test('a close() that is pending keeps the process alive', async () => {
  const ended = await run('pending', `
    const client = createClient();
    client.info('last', { n: 1 });
    client.close().then((result) => console.log(JSON.stringify(result)));`);
  assert.equal(ended.out, '{"delivered":true,"remaining":0}\n', ended.err);
});

test('an idle client keeps nothing alive, and the shared one needs no code', async () => {
  const ended = await run('idle', `
    defaultClient().info('shared', { n: 1 });
    createClient(); createClient();
    console.log(process.listenerCount('exit'), process.listenerCount('beforeExit'));`);
  assert.equal(ended.code, 0, ended.err);
  assert.equal(ended.out, '1 1\n');
  assert.deepEqual(await messages('idle'), ['shared']);
});

test('clients that were closed leave no listener behind', async () => {
  const ended = await run('listeners', `
    (async () => {
      for (let i = 0; i < 20; i++) {
        const client = createClient();
        client.info('m', { n: i });
        await client.close();
      }
      console.log(process.listenerCount('exit'), process.listenerCount('beforeExit'));
    })();`);
  assert.equal(ended.out, '0 0\n', ended.err);
  assert.equal((await messages('listeners')).length, 20);
});

test('with the server away the process ends within shutdownTimeoutMs', async () => {
  const ended = await run('away', `
    const client = createClient({ endpoint: '127.0.0.1:1', shutdownTimeoutMs: 300 });
    for (let n = 0; n < 100; n++) client.info('m', { n });
    const begin = Date.now();
    process.on('exit', () => console.log(Date.now() - begin));
    setTimeout(() => process.exit(0), 10);`, { env: { CLOGS_DIAGNOSTICS: 'off' } });
  assert.equal(ended.code, 0, ended.err);
  const took = Number(ended.out);
  assert.ok(took >= 300, `it waited ${String(took)} ms`);
});

test('handleSignals delivers, and the signal still ends the process', async () => {
  const ended = await run('signal', `
    const client = createClient({ handleSignals: true });
    client.info('before the signal', { n: 1 });
    setInterval(() => undefined, 1000);
    console.log('ready');`, { said: (line, child) => line === 'ready' && child.kill('SIGTERM') });
  assert.equal(ended.signal, 'SIGTERM', ended.err);
  assert.deepEqual(await messages('signal'), ['before the signal']);
});

test('where the application handles the signal itself, it decides', async () => {
  const ended = await run('own-signal', `
    const client = createClient({ handleSignals: ['SIGTERM'] });
    client.info('before the signal', { n: 1 });
    const kept = setInterval(() => undefined, 1000);
    process.on('SIGTERM', () => {
      client.info('of its own', { n: 2 });
      client.close().then(() => process.exit(7));
    });
    console.log('ready');`, { said: (line, child) => line === 'ready' && child.kill('SIGTERM') });
  assert.equal(ended.code, 7, ended.err);
  assert.deepEqual(await messages('own-signal'), ['before the signal', 'of its own']);
});

test('without handleSignals no listener is there', async () => {
  const ended = await run('no-signal', `
    createClient().info('x');
    console.log(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT'));`);
  assert.equal(ended.out, '0\n', ended.err);
});

const WORKER = `
  const { Worker, isMainThread, workerData } = require('node:worker_threads');
  const { once } = require('node:events');`;

test('worker_threads: ended, exited and terminated ones lose nothing', async () => {
  const ended = await run('workers', `${WORKER}
    if (isMainThread) (async () => {
      const main = createClient();
      main.info('main', { n: 0 });
      for (const [n, how] of [[1, 'ended'], [2, 'exited'], [3, 'terminated'], [4, 'thrown']]) {
        const worker = new Worker(__filename, { workerData: { n, how } });
        worker.on('error', () => undefined);
        const exited = new Promise((resolve) => worker.on('exit', resolve));
        if (how === 'terminated') {
          await once(worker, 'message');
          await worker.terminate();
        }
        await exited;
      }
      main.info('after', { n: 5 });
      await main.close();
    })(); else {
      const { n, how } = workerData;
      createClient().info(how, { n });
      if (how === 'exited') process.exit(0);
      if (how === 'thrown') throw new Error('of the worker');
      if (how === 'terminated') {
        require('node:worker_threads').parentPort.postMessage('logged');
        setInterval(() => undefined, 1000);
      }
    }`);
  assert.equal(ended.code, 0, ended.err);
  assert.deepEqual(await messages('workers'),
    ['main', 'ended', 'exited', 'terminated', 'thrown', 'after']);
});

test('many workers come and go with flushes, queries and trouble under way', async () => {
  const ended = await run('churn', `${WORKER}
    if (isMainThread) (async () => {
      for (let round = 0; round < 4; round++) {
        await Promise.all([0, 1, 2].map(async (i) => {
          const worker = new Worker(__filename, { workerData: round * 3 + i });
          await once(worker, 'message');
          await worker.terminate();
        }));
      }
      console.log('done');
    })(); else {
      const { parentPort } = require('node:worker_threads');
      const client = createClient({ onError: () => undefined });
      const away = createClient({ endpoint: '127.0.0.1:1', retryInitialMs: 1, diagnostics: 'off',
        shutdownTimeoutMs: 0, onError: () => undefined });
      client.info('m', { n: workerData });
      away.info('lost');
      void client.flush();
      void away.flush();
      void (async () => { for await (const row of client.tail()) void row; })();
      parentPort.postMessage('busy');
    }`);
  assert.equal(ended.code, 0, ended.err);
  assert.equal(ended.out, 'done\n');
  assert.equal((await messages('churn')).length, 12);
});

test('cluster: each process has a client of its own', async () => {
  const ended = await run('cluster', `
    const cluster = require('node:cluster');
    if (cluster.isPrimary) {
      createClient().info('primary', { n: 0 });
      for (let n = 1; n <= 2; n++) cluster.fork({ N: n });
    } else {
      createClient().info('worker ' + process.env.N, { n: Number(process.env.N) });
      process.exit(0);
    }`);
  assert.equal(ended.code, 0, ended.err);
  assert.deepEqual(await messages('cluster'), ['primary', 'worker 1', 'worker 2']);
});

test('two copies of the package in one process do not disturb each other', async () => {
  const ended = await run('twice', `
    const first = createClient();
    for (const key of Object.keys(require.cache)) delete require.cache[key];
    const again = require('clogs');
    const second = again.createClient();
    console.log(again.createClient !== createClient);
    for (let n = 0; n < 100; n++) (n % 2 ? first : second).info('m', { n });
    process.exit(0);`);
  assert.equal(ended.out, 'true\n', ended.err);
  assert.equal((await messages('twice')).length, 100);
});

test('ES modules and CommonJS share one client and one context', async () => {
  const ended = await runProgram(`
    import { createRequire } from 'node:module';
    import * as esm from 'clogs';
    const cjs = createRequire(import.meta.url)('clogs');
    esm.withContext({ tenant: 'acme' }, () => cjs.defaultClient().info('m', { n: 1 }));
    console.log(esm.defaultClient() === cjs.defaultClient());
    process.exit(0);`, { esm: true, env: { CLOGS_ENDPOINT: server.grpc, CLOGS_SERVICE: 'esm' } });
  assert.equal(ended.out, 'true\n', ended.err);
  const [row] = await server.rows('{:where [:= :service "esm"]}');
  assert.equal(row!['tenant'], 'acme');
});

test('a spool keeps what could not be delivered, and the next process sends it', async () => {
  const spool = `${server.folder}/spool`;
  const first = await run('spool', `
    const client = createClient({ endpoint: '127.0.0.1:1', onFull: 'spool', shutdownTimeoutMs: 100,
      spoolDirectory: ${JSON.stringify(spool)} });
    for (let n = 0; n < 50; n++) client.info('kept', { n });
    client.close().then(() => process.exit(0));`, { env: { CLOGS_DIAGNOSTICS: 'off' } });
  assert.equal(first.code, 0, first.err);
  assert.equal((await messages('spool')).length, 0);
  const second = await run('spool', `
    const client = createClient({ onFull: 'spool', spoolDirectory: ${JSON.stringify(spool)} });
    client.info('new', { n: 50 });
    client.flush().then((result) => { console.log(result.delivered); process.exit(0); });`);
  assert.equal(second.out, 'true\n', second.err);
  assert.equal((await messages('spool')).length, 51);
});
