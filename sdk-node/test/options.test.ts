import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { createClient } from 'clogs';
import { createTestClient } from 'clogs/testing';

interface Entry {
  name: string;
  kind: string;
  default: unknown;
}

const root = path.resolve(process.env['CLOGS_NODE_ROOT']!, '..');
const { options } = JSON.parse(
  readFileSync(path.join(root, 'core/encode/options.json'), 'utf8')) as { options: Entry[] };
const page = readFileSync(path.join(root, 'docs/sdk-options.md'), 'utf8');

function nodeName(entry: Entry): string {
  const camel = entry.name.replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase());
  return entry.kind === 'duration' ? `${camel}Ms` : camel;
}

test('every option of the table has its name here, in the documentation and in the native client', async () => {
  const client = createTestClient({ diagnostics: 'off' });
  for (const entry of options) {
    const name = nodeName(entry);
    assert.ok(page.includes(`\`${name}\``), `docs/sdk-options.md has ${name}`);
    assert.notEqual(client.option(name as 'endpoint'), undefined, name);
  }
  await client.close();
});

test('values of every kind reach the native client', async () => {
  const client = createClient({
    endpoint: 'example.org:9', service: 'shop', enabled: false, queueMaxRecords: 100,
    batchMaxRecords: 50, flushIntervalMs: 250, onFull: 'drop_oldest', level: 'warn',
    redactKeys: ['pin', 'iban'], resource: { region: 'eu', zone: 'a' }, diagnostics: 'off',
  });
  assert.deepEqual(client.warnings, []);
  assert.equal(client.option('endpoint'), 'example.org:9');
  assert.equal(client.option('queueMaxRecords'), '100');
  assert.equal(client.option('flushIntervalMs'), '250');
  assert.equal(client.option('onFull'), 'drop_oldest');
  assert.equal(client.option('level'), 'warn');
  assert.equal(client.option('redactKeys'), 'pin,iban');
  assert.equal(client.option('resource'), 'region=eu,zone=a');
  assert.equal(client.info('off'), false);
  await client.close();
});

test('a wrong option warns, falls back and stops nothing', async () => {
  const warned: string[] = [];
  const listener = (warning: Error): void => {
    if (warning.name === 'ClogsWarning') warned.push(warning.message);
  };
  process.on('warning', listener);
  const client = createTestClient({ queueMaxRecords: -5, nonsense: 1 } as object);
  assert.equal(client.warnings.length, 2);
  assert.match(client.warnings.join('\n'), /nonsense/);
  assert.match(client.warnings.join('\n'), /queue_max_records/);
  assert.equal(client.option('queueMaxRecords'), '8192');
  await new Promise(setImmediate);
  process.off('warning', listener);
  assert.deepEqual(warned.sort(), [...client.warnings].sort());
  await client.close();
});

test('code beats environment beats default', async () => {
  process.env['CLOGS_SERVICE'] = 'from-environment';
  try {
    const fromEnvironment = createTestClient();
    const fromCode = createTestClient({ service: 'from-code' });
    assert.equal(fromEnvironment.option('service'), 'from-environment');
    assert.equal(fromCode.option('service'), 'from-code');
    await Promise.all([fromEnvironment.close(), fromCode.close()]);
  } finally {
    delete process.env['CLOGS_SERVICE'];
  }
});
