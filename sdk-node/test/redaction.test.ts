import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { createTestClient } from 'clogs/testing';
import { readEdn } from './edn';

interface Vector {
  name: string;
  options: Record<string, unknown>;
  edn: string;
  want: string;
  redacted: number;
}

const file = path.resolve(process.env['CLOGS_NODE_ROOT']!, '../proto/golden/redaction.jsonl');
const vectors = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Vector);
const OURS = ['timestamp', 'host', 'process.pid', 'level'];

const camel = (name: string): string =>
  name.replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase());

function recordOf(edn: string): Map<unknown, unknown> {
  return readEdn(edn) as Map<unknown, unknown>;
}

test('there are golden vectors', () => {
  assert.ok(vectors.length >= 10);
});

for (const vector of vectors) {
  // A value of JavaScript cannot have a tag of EDN.
  const skip = vector.edn.includes('#my/thing');
  test(`redaction: ${vector.name}`, { skip }, async () => {
    const options = Object.fromEntries(
      Object.entries(vector.options).map(([name, value]) => [camel(name), value]));
    const client = createTestClient(options);
    client.log(Object.fromEntries(recordOf(vector.edn)) as Record<string, unknown>);
    await client.flush();
    const stored = recordOf(client.recordsEdn[0]!);
    const want = recordOf(vector.want);
    for (const key of OURS) if (!want.has(key)) stored.delete(key);
    if (!want.has('level')) stored.delete('level');
    assert.deepEqual(stored, want);
    assert.equal(client.stats().redacted, vector.redacted);
    await client.close();
  });
}
