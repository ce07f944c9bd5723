'use strict';
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { createClient } = require('clogs');
const { startServer } = require('./support/server.js');

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

function count(service) {
  const rows = server.query(`{:time "1h" :where {:service "${service}"} :limit 10000}`);
  return rows.split('\n').filter((line) => line.includes(service)).length;
}

function run(service, script) {
  const result = spawnSync(process.execPath, ['-e', script], {
    cwd: path.resolve(__dirname, '..'), encoding: 'utf8',
    env: { ...process.env, CLOGS_ENDPOINT: server.endpoint, CLOGS_SERVICE: service },
  });
  assert.equal(result.signal, null, result.stderr);
  return result;
}

const log = (times) => `const client = require('clogs').createClient();
  for (let i = 0; i < ${times}; i++) client.info('m' + i);`;

test('process.exit() right after a log loses nothing', () => {
  const result = run('exits', `${log(500)} process.exit(3);`);
  assert.equal(result.status, 3, result.stderr);
  assert.equal(count('exits'), 500);
});

test('a program that just ends loses nothing, and does end', () => {
  assert.equal(run('ends', log(100)).status, 0);
  assert.equal(count('ends'), 100);
});

test('an exception that nobody catches loses nothing', () => {
  assert.equal(run('throws', `${log(100)} throw new Error('mine');`).status, 1);
  assert.equal(count('throws'), 100);
});

test('a worker that ends without flush loses nothing', () => {
  const worker = `const { Worker } = require('node:worker_threads');
    new Worker(${JSON.stringify(`${log(100)} process.exit();`)}, { eval: true });
    new Worker(${JSON.stringify(log(100))}, { eval: true });`;
  assert.equal(run('works', worker).status, 0);
  assert.equal(count('works'), 200);
});

test('a pending flush keeps the event loop alive', () => {
  const result = run('flushes', `${log(1)} client.flush().then((r) => console.log(r.delivered));`);
  assert.equal(result.stdout, 'true\n', result.stderr);
});

test('a server that is away costs the exit no more than the limit', () => {
  const script = `const client = require('clogs').createClient({ endpoint: '127.0.0.1:1',
    shutdownTimeoutMs: 200, diagnostics: 'off' }); client.info('lost');`;
  const result = run('away', script);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, '');
});

test('the quickstart of the README works as it stands', () => {
  const readme = fs.readFileSync(path.resolve(__dirname, '../README.md'), 'utf8');
  const quickstart = /```js\n([\s\S]*?)```/.exec(readme)[1];
  const result = run('quickstart-env', quickstart.replace("'localhost:9090'", `'${server.endpoint}'`));
  assert.equal(result.status, 0, result.stderr);
  assert.equal(count('shop'), 1);
});

test('a client with code options delivers', async () => {
  const client = createClient({ endpoint: server.endpoint, service: 'coded' });
  client.error('failed', { err: new Error('why'), price: 9.5 });
  assert.deepEqual(await client.close(), { delivered: true, remaining: 0 });
  assert.equal(client.stats().sent, 1);
  assert.match(server.query('{:time "1h" :where {:service "coded"}}'), /why/);
});
