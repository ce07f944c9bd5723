package io.clogs;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/** The ids of OpenTelemetry's current span, where its API is on the class path. */
final class Trace {
  /** Null: no OpenTelemetry here. */
  static final Source SOURCE = find();

  private Trace() {}

  /** Puts the ids of the calling thread's trace onto a record. */
  interface Source {
    void write(RecordBuffer record);
  }

  private static Source find() {
    try {
      // Its classes are found here or not at all, so that no call can fail for want of them.
      final Source source = new OpenTelemetry();
      source.write(new RecordBuffer());
      return source;
    } catch (LinkageError | RuntimeException notThere) {
      return null;
    }
  }

  private static final class OpenTelemetry implements Source {
    @Override
    public void write(RecordBuffer record) {
      final SpanContext span = Span.current().getSpanContext();
      if (span.isValid()) record.span(span.getTraceId(), span.getSpanId());
    }
  }
}
