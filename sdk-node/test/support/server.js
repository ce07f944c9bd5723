// A real server on free ports, with a folder of its own.
'use strict';
const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const binary = process.env.CLOGS_BINARY;

async function startServer() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'clogs-node-'));
  const child = spawn(binary, ['serve', '--data-dir', dir, '--http', '127.0.0.1:0',
    '--grpc', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ready = await new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (part) => {
      text += part;
      const found = /ready http=(\S+) grpc=(\S+)/.exec(text);
      if (found) resolve({ http: found[1], grpc: found[2] });
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
  });
  return {
    endpoint: ready.grpc,
    query(text) {
      return execFileSync(binary, ['query', text, '--format', 'ndjson', '--url',
        `http://${ready.http}`],
        { encoding: 'utf8' });
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(dir, { recursive: true });
    },
  };
}

module.exports = { startServer };
