// The active OpenTelemetry span, where the application has @opentelemetry/api.

export interface Trace {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

interface Api {
  trace: { getActiveSpan(): { spanContext(): Trace } | undefined };
}

let api: Api | null | undefined;

export function activeTrace(): Trace | undefined {
  if (api === undefined) {
    try {
      api = require('@opentelemetry/api') as Api;
    } catch {
      api = null; // not installed
    }
  }
  const found = api?.trace.getActiveSpan()?.spanContext();
  return found !== undefined && /[1-9a-f]/.test(found.traceId) ? found : undefined;
}
