// Compiles src/ to CommonJS in dist/, and writes the ES modules beside it. These only name the same
// objects again: a process that uses both forms has one client, one context, one exit listener.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const home = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const dist = path.join(home, 'dist');
const require = createRequire(import.meta.url);

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath,
  [require.resolve('typescript/bin/tsc'), '-p', path.join(home, 'tsconfig.json')],
  { stdio: 'inherit' });

for (const name of ['index', 'winston', 'pino', 'express', 'fastify', 'testing']) {
  const exported = Object.keys(require(path.join(dist, `${name}.js`)));
  const named = exported.filter((one) => one !== 'default' && one !== '__esModule');
  const hasDefault = exported.includes('default');
  writeFileSync(path.join(dist, `${name}.mjs`), [
    `import all from './${name}.js';`,
    `export const { ${named.join(', ')} } = all;`,
    ...(hasDefault ? ['export default all.default;'] : []), ''].join('\n'));
  writeFileSync(path.join(dist, `${name}.d.mts`), [
    `export * from './${name}.js';`,
    ...(hasDefault ? [`import all = require('./${name}.js');`, 'export default all.default;'] : []), '',
  ].join('\n'));
}
