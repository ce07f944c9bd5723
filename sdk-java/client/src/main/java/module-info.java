/** The Clogs client: structured log records to a Clogs server. */
module io.clogs.client {
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires static java.management;
  requires static micrometer.core;

  exports io.clogs;
  exports io.clogs.jmx;
  exports io.clogs.micrometer;
}
