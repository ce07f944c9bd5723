import testing from '../dist/cjs/testing.js';

export const { TestClient, createTestClient } = testing;
