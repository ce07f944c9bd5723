package io.clogs.log4j2;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginBuilderAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginBuilderFactory;
import org.apache.logging.log4j.core.impl.LocationAware;

/**
 * Sends Log4j's events to a Clogs server: {@code <Clogs name="CLOGS" endpoint="localhost:9090"/>}.
 * Without any setting it shares the process's client, which the environment configures; with one it
 * has a client of its own. Trouble with delivery is a line of the status logger, at WARN at most.
 */
@Plugin(name = "Clogs", category = Core.CATEGORY_NAME, elementType = Appender.ELEMENT_TYPE,
    printObject = true)
public final class ClogsAppender extends AbstractAppender implements LocationAware {
  private final Map<String, String> options;
  private final EventEncoder encoder;
  private final boolean includeLocation;
  // Written by start() and stop(), read by every thread that logs.
  private volatile ClogsClient client;

  private ClogsAppender(Builder<?> builder) {
    super(builder.getName(), builder.getFilter(), null, builder.isIgnoreExceptions(),
        Property.EMPTY_ARRAY);
    options = builder.options();
    encoder = new EventEncoder(new ContextFilter(builder.mdcIncludes, builder.mdcExcludes),
        builder.includeTemplate, builder.includeLocation);
    includeLocation = builder.includeLocation;
  }

  @PluginBuilderFactory
  public static <B extends Builder<B>> B newBuilder() {
    return new Builder<B>().asBuilder();
  }

  @Override
  public void start() {
    if (isStarted()) return;
    Clogs.loadError().ifPresent(missing ->
        LOGGER.warn("Clogs' native library is not loaded; records go nowhere", missing));
    final ClogsClient made = options.isEmpty() ? Clogs.client() : ownClient();
    made.warnings().forEach(LOGGER::warn);
    client = made;
    super.start();
  }

  private ClogsClient ownClient() {
    final ClogsClient.Builder builder = ClogsClient.builder();
    options.forEach(builder::set);
    return builder.build();
  }

  /**
   * Bounded by shutdownTimeoutMs, or by what Log4j gives if that is less; a shared client goes on,
   * and is only flushed.
   */
  @Override
  public boolean stop(long timeout, TimeUnit unit) {
    if (isStopping() || isStopped()) return true;
    setStopping();
    super.stop(timeout, unit, false);
    final boolean done = client == null || finish(client, unit.toMillis(timeout));
    setStopped();
    return done;
  }

  /** {@code limit} in milliseconds; 0: Log4j sets none. */
  private boolean finish(ClogsClient from, long limit) {
    final String option = from.option("shutdown_timeout");
    final long own = option.isEmpty() ? 0 : Long.parseLong(option);
    final Duration wait = Duration.ofMillis(limit > 0 ? Math.min(limit, own) : own);
    return options.isEmpty() ? from.flush(wait) : from.close(wait).delivered();
  }

  @Override
  public void append(LogEvent event) {
    final ClogsClient to = client;
    if (to != null) encoder.send(event, to);
  }

  /** Asynchronous loggers look for the caller only where this says so. */
  @Override
  public boolean requiresLocation() {
    return includeLocation;
  }

  /** The attributes of the element; other options are its {@code <Property>} elements, by name. */
  public static class Builder<B extends Builder<B>> extends AbstractAppender.Builder<B>
      implements org.apache.logging.log4j.core.util.Builder<ClogsAppender> {
    @PluginBuilderAttribute private String endpoint;
    @PluginBuilderAttribute(sensitive = true) private String apiKey;
    @PluginBuilderAttribute private String service;
    @PluginBuilderAttribute private String environment;
    @PluginBuilderAttribute private String version;
    @PluginBuilderAttribute private String stream;
    @PluginBuilderAttribute private String onFull;
    @PluginBuilderAttribute private String shutdownTimeoutMs;
    @PluginBuilderAttribute private String mdcIncludes;
    @PluginBuilderAttribute private String mdcExcludes;
    @PluginBuilderAttribute private boolean includeLocation;
    @PluginBuilderAttribute private boolean includeTemplate = true;

    public B setEndpoint(String value) {
      endpoint = value;
      return asBuilder();
    }

    public B setApiKey(String value) {
      apiKey = value;
      return asBuilder();
    }

    public B setService(String value) {
      service = value;
      return asBuilder();
    }

    public B setEnvironment(String value) {
      environment = value;
      return asBuilder();
    }

    public B setVersion(String value) {
      version = value;
      return asBuilder();
    }

    public B setStream(String value) {
      stream = value;
      return asBuilder();
    }

    public B setOnFull(String value) {
      onFull = value;
      return asBuilder();
    }

    public B setShutdownTimeoutMs(long value) {
      shutdownTimeoutMs = Long.toString(value);
      return asBuilder();
    }

    /** Keys, separated by commas; none: every key. */
    public B setMdcIncludes(String value) {
      mdcIncludes = value;
      return asBuilder();
    }

    public B setMdcExcludes(String value) {
      mdcExcludes = value;
      return asBuilder();
    }

    /** Costs a walk of the stack for each event. */
    public B setIncludeLocation(boolean value) {
      includeLocation = value;
      return asBuilder();
    }

    public B setIncludeTemplate(boolean value) {
      includeTemplate = value;
      return asBuilder();
    }

    private Map<String, String> options() {
      final Map<String, String> options = new LinkedHashMap<>();
      put(options, "endpoint", endpoint);
      put(options, "api_key", apiKey);
      put(options, "service", service);
      put(options, "environment", environment);
      put(options, "version", version);
      put(options, "stream", stream);
      put(options, "on_full", onFull);
      put(options, "shutdown_timeout", shutdownTimeoutMs);
      final Property[] properties = getPropertyArray();
      if (properties == null) return options;
      for (Property one : properties) options.put(one.getName(), one.getValue());
      return options;
    }

    private static void put(Map<String, String> options, String name, String value) {
      if (value != null) options.put(name, value);
    }

    @Override
    public ClogsAppender build() {
      return new ClogsAppender(this);
    }
  }
}
