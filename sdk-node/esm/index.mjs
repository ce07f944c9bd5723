// The CommonJS build is the one instance: both kinds of import share clients and context.
import clogs from '../dist/cjs/index.js';

export const { Client, createClient, withContext } = clogs;
