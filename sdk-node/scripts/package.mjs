// package.mjs OUT NATIVES_DIR: see ../package. The compiled package lies in dist/.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Names of ci/native/targets, as npm names platforms.
const PLATFORMS = {
  'linux-x86_64': { os: 'linux', cpu: 'x64', libc: 'glibc' },
  'linux-aarch64': { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  'linux-x86_64-musl': { os: 'linux', cpu: 'x64', libc: 'musl' },
  'linux-aarch64-musl': { os: 'linux', cpu: 'arm64', libc: 'musl' },
  'macos-aarch64': { os: 'darwin', cpu: 'arm64' },
  'windows-x86_64': { os: 'win32', cpu: 'x64' },
};

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [out, natives] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
const stage = mkdtempSync(path.join(tmpdir(), 'clogs-npm-'));

function pack(name, content, fill) {
  const folder = path.join(stage, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
  cpSync(path.join(home, '../LICENSE'), path.join(folder, 'LICENSE'));
  fill(folder);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', out],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

const { version, license } = manifest;
const platforms = {};
try {
  for (const [target, { os, cpu, libc }] of Object.entries(PLATFORMS)) {
    const addon = path.join(natives, target, 'clogs.node');
    if (!existsSync(addon)) continue;
    const name = `clogs-${os}-${cpu}${libc === 'musl' ? '-musl' : ''}`;
    platforms[name] = version;
    pack(name, {
      name, version, license,
      description: `The native module of clogs for ${os} on ${cpu}${libc ? ` with ${libc}` : ''}`,
      os: [os], cpu: [cpu], ...(libc && { libc: [libc] }),
      engines: manifest.engines, main: './clogs.node', files: ['clogs.node', 'README.md', 'LICENSE'],
    }, (folder) => {
      cpSync(addon, path.join(folder, 'clogs.node'));
      writeFileSync(path.join(folder, 'README.md'),
        `# ${name}\n\nThe native module of the package \`clogs\`, which installs it where it fits.\n`);
    });
  }
  if (Object.keys(platforms).length === 0) {
    throw new Error(`${natives} has no clogs.node of ${Object.keys(PLATFORMS).join(', ')}`);
  }
  const { devDependencies: _dev, scripts: _scripts, ...published } = manifest;
  pack('clogs', { ...published, optionalDependencies: platforms }, (folder) => {
    cpSync(path.join(home, 'dist'), path.join(folder, 'dist'), { recursive: true });
    cpSync(path.join(home, 'README.md'), path.join(folder, 'README.md'));
  });
} finally {
  rmSync(stage, { recursive: true, force: true });
}
