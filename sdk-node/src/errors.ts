// exception.* of an Error, with its causes.

/** Causes beyond this many are left out: chains may be circular. */
const MAX_CAUSES = 8;

export interface ErrorValue {
  type: string;
  message: string;
  stacktrace: string;
}

export function errorValue(error: Error): ErrorValue {
  return {
    type: property(error, 'name') || 'Error',
    message: property(error, 'message'),
    stacktrace: property(error, 'stack'),
  };
}

/** The error's own fields, and `exception.causes`: its causes, and the parts of an AggregateError. */
export function errorFields(error: Error): [string, unknown][] {
  const own = errorValue(error);
  const causes = causesOf(error).map(errorValue);
  const stacks = [own.stacktrace, ...causes.map((cause) => `Caused by: ${cause.stacktrace}`)];
  const fields: [string, unknown][] = [
    ['exception.type', own.type],
    ['exception.message', own.message],
    ['exception.stacktrace', stacks.join('\n')],
  ];
  if (causes.length > 0) {
    fields.push(['exception.causes', causes.map(({ type, message }) => ({ type, message }))]);
  }
  return fields;
}

function causesOf(error: Error): Error[] {
  const found: Error[] = [];
  const seen = new Set<unknown>([error]);
  const open: Error[] = [error];
  for (let one = open.shift(); one !== undefined; one = open.shift()) {
    for (const cause of partsOf(one)) {
      if (found.length >= MAX_CAUSES || seen.has(cause) || !(cause instanceof Error)) continue;
      seen.add(cause);
      found.push(cause);
      open.push(cause);
    }
  }
  return found;
}

function partsOf(error: Error): unknown[] {
  try {
    const parts: unknown[] = error instanceof AggregateError ? [...error.errors] : [];
    return [error.cause, ...parts];
  } catch {
    return []; // a getter of the application that throws
  }
}

function property(error: Error, name: 'name' | 'message' | 'stack'): string {
  try {
    const value: unknown = error[name];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
