package io.clogs.bench;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.clogs.ClogsClient;
import io.clogs.logback.ClogsAppender;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.nio.file.Path;
import java.util.Collection;
import net.logstash.logback.encoder.LogstashEncoder;

/** A logger of logback's for each appender, each with a context of its own. */
final class Rivals {
  private final int queue;

  Rivals(int queue) {
    this.queue = queue;
  }

  private static LoggerContext context() {
    final LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    return context;
  }

  private static Logger logger(LoggerContext context, Appender<ILoggingEvent> appender) {
    final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
    return context.getLogger("shop.cart");
  }

  /** What logback itself costs. */
  Logger nothing() {
    return logger(context(), new UnsynchronizedAppenderBase<>() {
      @Override
      protected void append(ILoggingEvent event) {
        // That is the point.
      }
    });
  }

  Logger clogs(ClogsClient client) {
    final ClogsAppender appender = new ClogsAppender();
    appender.setClient(client);
    return logger(context(), appender);
  }

  private static FileAppender<ILoggingEvent> file(LoggerContext context, Path path) {
    final LogstashEncoder encoder = new LogstashEncoder();
    encoder.setContext(context);
    encoder.start();
    final FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(context);
    file.setFile(path.toString());
    file.setImmediateFlush(false);
    file.setEncoder(encoder);
    file.start();
    return file;
  }

  /** JSON into a file, on the thread that logs. */
  Logger jsonFile(Path path) {
    final LoggerContext context = context();
    return logger(context, file(context, path));
  }

  /** The same behind logback's queue; it waits where the queue is full, so nothing is lost. */
  Logger asyncJsonFile(Path path) {
    final LoggerContext context = context();
    final AsyncAppender async = new AsyncAppender();
    async.setContext(context);
    async.setQueueSize(queue);
    async.setDiscardingThreshold(0);
    async.addAppender(file(context, path));
    return logger(context, async);
  }

  /** OpenTelemetry's batches, and an exporter that takes all at once: the call's cost alone. */
  Logger openTelemetry() {
    final SdkLoggerProvider provider = SdkLoggerProvider.builder()
        .addLogRecordProcessor(
            BatchLogRecordProcessor.builder(new Nowhere()).setMaxQueueSize(queue).build())
        .build();
    final OpenTelemetryAppender appender = new OpenTelemetryAppender();
    appender.setCaptureKeyValuePairAttributes(true);
    appender.setOpenTelemetry(new OpenTelemetry() {
      @Override
      public io.opentelemetry.api.trace.TracerProvider getTracerProvider() {
        return io.opentelemetry.api.trace.TracerProvider.noop();
      }

      @Override
      public io.opentelemetry.context.propagation.ContextPropagators getPropagators() {
        return io.opentelemetry.context.propagation.ContextPropagators.noop();
      }

      @Override
      public io.opentelemetry.api.logs.LoggerProvider getLogsBridge() {
        return provider;
      }
    });
    return logger(context(), appender);
  }

  private static final class Nowhere implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> records) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
