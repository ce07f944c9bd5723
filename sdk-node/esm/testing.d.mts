export * from '../dist/cjs/testing.js';
