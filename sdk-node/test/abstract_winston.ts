// The suite that winston offers to transports, run by mocha.
import { ClogsTransport } from 'clogs/winston';
import { createTestClient } from 'clogs/testing';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types
const suite = require('abstract-winston-transport/log.js') as (options: object) => void;

const client = createTestClient();
suite({ name: 'ClogsTransport', Transport: ClogsTransport, construct: { client } });
