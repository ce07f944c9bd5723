// The package as a user has it: packed, installed, loaded by require and import, typed; its README and
// its example.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

import { RealServer } from './server';

const run = promisify(execFile);
const home = process.env['CLOGS_NODE_ROOT']!;
const modules = path.join(home, 'node_modules');
const bin = path.join(modules, '.bin');
const folder = mkdtempSync(path.join(tmpdir(), 'clogs-package-'));
const packed = path.join(folder, 'packed');
const user = path.join(folder, 'user');
// Without CLOGS_NATIVE: the platform's package must be found.
const env: NodeJS.ProcessEnv = { ...process.env };
delete env['CLOGS_NATIVE'];
const target = `linux-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`;
let server: RealServer;
let main = '';

before(async () => {
  server = await RealServer.start();
  env['CLOGS_ENDPOINT'] = server.grpc;
  const natives = path.join(folder, 'natives', target);
  mkdirSync(natives, { recursive: true });
  mkdirSync(user);
  mkdirSync(packed);
  cpSync(process.env['CLOGS_NATIVE']!, path.join(natives, 'clogs.node'));
  await run('node', [path.join(home, 'scripts/package.mjs'), packed, path.dirname(natives)]);
  const tarballs = readdirSync(packed).map((name) => path.join(packed, name));
  main = tarballs.find((name) => name.endsWith('/clogs-0.1.0.tgz'))!;
  writeFileSync(path.join(user, 'package.json'), '{"name":"user","private":true}');
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs],
    { cwd: user });
});

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('two packages are made: the main one names the other as optional, for its platform', () => {
  const read = (name: string): Record<string, unknown> => JSON.parse(
    readFileSync(path.join(user, 'node_modules', name, 'package.json'), 'utf8')) as
    Record<string, unknown>;
  const native = `clogs-linux-${process.arch}`;
  assert.deepEqual(read('clogs')['optionalDependencies'], { [native]: '0.1.0' });
  assert.equal(read('clogs')['devDependencies'], undefined);
  assert.deepEqual(read(native)['os'], ['linux']);
  assert.deepEqual(read(native)['libc'], ['glibc']);
  const files = readdirSync(path.join(user, 'node_modules/clogs')).sort();
  assert.deepEqual(files, ['LICENSE', 'README.md', 'dist', 'package.json']);
});

test('installed, it loads by require and by import, and delivers', async () => {
  writeFileSync(path.join(user, 'a.cjs'), `
    require('clogs').createClient({ service: 'cjs' }).info('by require');
    for (const one of ['winston', 'pino', 'express', 'fastify', 'testing']) require('clogs/' + one);`);
  writeFileSync(path.join(user, 'a.mjs'), `
    import { createClient } from 'clogs';
    import 'clogs/winston'; import 'clogs/pino'; import 'clogs/express'; import 'clogs/fastify';
    import { createTestClient } from 'clogs/testing';
    createTestClient();
    createClient({ service: 'esm' }).info('by import');`);
  await run('node', ['a.cjs'], { cwd: user, env });
  await run('node', ['a.mjs'], { cwd: user, env });
  assert.equal((await server.rows('{:where [:= :service "cjs"]}'))[0]!['message'], 'by require');
  assert.equal((await server.rows('{:where [:= :service "esm"]}'))[0]!['message'], 'by import');
});

test('its types resolve in every way that Node resolves modules', async () => {
  const { stdout } = await run('node', [path.join(bin, 'attw'), main, '--profile', 'node16',
    '--format', 'ascii'], { env: { ...env, NO_COLOR: '1' } });
  // It fails where a resolution of Node's is wrong; the old one of Node 10 knows no sub-paths.
  assert.equal(stdout.split('from CJS): 🟢 (CJS)').length - 1, 6);
  assert.equal(stdout.split('from ESM): 🟢 (ESM)').length - 1, 6);
});

test('its types say what it takes and gives, to CommonJS and ES modules', async () => {
  for (const name of ['@types', 'express', 'winston', 'pino', 'fastify', 'logform']) {
    const to = path.join(user, 'node_modules', name);
    rmSync(to, { recursive: true, force: true });
    symlinkSync(path.join(modules, name), to);
  }
  const source = `
    import { createClient, withContext, type FlushResult, type LogRecord } from 'clogs';
    import { ClogsTransport } from 'clogs/winston';
    import { requestLogger, errorLogger } from 'clogs/express';
    import clogsFastify from 'clogs/fastify';
    import { createTestClient } from 'clogs/testing';
    import express from 'express';
    import winston from 'winston';
    import { fastify } from 'fastify';
    const client = createClient({ onFull: 'drop_newest', flushIntervalMs: 5, redactKeys: ['pin'],
      beforeSend: (record: LogRecord) => record });
    // @ts-expect-error no such choice
    createClient({ onFull: 'sometimes' });
    // @ts-expect-error no such option
    createClient({ endpiont: 'x' });
    // @ts-expect-error a number of milliseconds
    createClient({ flushIntervalMs: '5s' });
    // @ts-expect-error a message comes first
    client.info({ a: 1 });
    const flushed: Promise<FlushResult> = client.flush({ timeoutMs: 2000 });
    const dropped: number = client.stats().dropped.queueFull;
    const given: number = withContext({ tenant: 'acme' }, () => 5);
    winston.createLogger({ transports: [new ClogsTransport({ client, level: 'verbose' })] });
    const app = express();
    app.use(requestLogger({ client, skip: (req) => req.path === '/health',
      genReqId: (req) => req.get('x-request-id') }));
    app.get('/', (req, res) => { req.log.info('viewed'); res.send(req.id); });
    app.use(errorLogger());
    void fastify().register(clogsFastify, { client, skip: (request) => request.url === '/' });
    const left: unknown = createTestClient().one({ level: 'warn' }).attributes['left'];
    async function rows(): Promise<void> {
      for await (const row of client.query('{}')) { const value: unknown = row['a']; void value; }
    }
    void [flushed, dropped, given, left, rows];`;
  writeFileSync(path.join(user, 'types.mts'), source);
  writeFileSync(path.join(user, 'types.cts'), source);
  writeFileSync(path.join(user, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { strict: true, module: 'Node16', target: 'ES2022', noEmit: true,
      esModuleInterop: true, skipLibCheck: true, preserveSymlinks: false, types: ['node'] },
    files: ['types.mts', 'types.cts'] }));
  const checked = await run('node', [path.join(bin, 'tsc'), '-p', user])
    .catch((failed: unknown) => failed as { stdout: string });
  assert.equal(checked.stdout, '');
});

test('the quickstart of the README runs as it stands', async () => {
  const readme = readFileSync(path.join(home, 'README.md'), 'utf8');
  const [, code] = /```js\n(.*?)```/s.exec(readme)!;
  writeFileSync(path.join(user, 'quickstart.cjs'), code!);
  await run('node', ['quickstart.cjs'], { cwd: user, env });
  const [row] = await server.rows('{:where [:and [:= :service "shop"] [:= :message "added"]]}');
  assert.equal(row!['sku'], 'a-1');
  assert.equal(row!['price'], 9.5);
});

test('without a native module, the error lists what was tried, and the likely cause', async () => {
  const without = path.join(folder, 'without');
  mkdirSync(path.join(without, 'node_modules'), { recursive: true });
  cpSync(path.join(user, 'node_modules/clogs'), path.join(without, 'node_modules/clogs'),
    { recursive: true });
  const code = 'try { require("clogs").createClient() } catch (e) { console.log(e.name, e.message) }';
  const { stdout } = await run('node', ['-e', code], { cwd: without, env });
  assert.match(stdout, /^NativeLoadError/);
  assert.match(stdout, new RegExp(`clogs-linux-${process.arch}`));
  assert.match(stdout, /no such file/);
  assert.match(stdout, /optional dependency .* is not installed/);
  const named = await run('node', ['-e', code],
    { cwd: without, env: { ...env, CLOGS_NATIVE: '/nowhere/clogs.node' } });
  assert.match(named.stdout, /CLOGS_NATIVE=\/nowhere\/clogs\.node/);
  const broken = path.join(folder, 'broken.node');
  writeFileSync(broken, 'no addon');
  const damaged = await run('node', ['-e', code], { cwd: without, env: { ...env, CLOGS_NATIVE: broken } });
  assert.match(damaged.stdout, /Likely cause: (the file is damaged|node_modules was copied)/);
});

test('the example with Express runs, and its records are stored', async () => {
  cpSync(path.join(home, '../examples/node-express'), user, { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name.startsWith('.') || name.startsWith('clogs')) continue;
    const to = path.join(user, 'node_modules', name);
    rmSync(to, { recursive: true, force: true });
    symlinkSync(path.join(modules, name), to);
  }
  const shop = spawn('node', ['server.js'],
    { cwd: user, env: { ...env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: shop.stdout }), 'line') as [string];
  const url = `http://127.0.0.1:${/port (\d+)/.exec(line)![1]!}`;
  const statuses: number[] = [];
  for (const what of ['/cart/tea', '/cart/none', '/pay']) {
    const response = await fetch(url + what, { method: 'POST' });
    await response.text();
    statuses.push(response.status);
  }
  await (await fetch(`${url}/health`)).text();
  assert.deepEqual(statuses, [200, 404, 500]);
  const ended = once(shop, 'exit');
  shop.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  const rows = await server.rows(
    '{:where [:exists :request.id] :order-by [[:timestamp :asc]] :limit 100}');
  assert.deepEqual(rows.map((row) => row['message']).sort(), ['POST /cart/none 404',
    'POST /cart/tea 200', 'POST /pay 500', 'added', 'no such item']);
  const added = rows.find((row) => row['message'] === 'added')!;
  const asked = rows.find((row) => row['message'] === 'POST /cart/tea 200')!;
  assert.equal(added['cart'], 'c-1');
  assert.equal(added['password'], '[redacted]');
  assert.equal(added['request.id'], asked['request.id']);
  const failed = rows.find((row) => row['message'] === 'POST /pay 500')!;
  const exception = failed['exception'] as { message: string; cause: { type: string } };
  assert.equal(exception.message, 'the bank is closed');
  assert.equal(exception.cause.type, 'TypeError');
});
