package io.clogs.micrometer;

import io.clogs.ClogsClient;
import io.clogs.Stats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What a client did with its records, as meters of the name {@code clogs.*}:
 * {@code new ClogsMetrics(client).bindTo(registry)}. A meter does not keep its client alive.
 */
public final class ClogsMetrics implements MeterBinder {
  private static final String RECORDS = "records";
  private static final double NANOS = 1e9;

  private final ClogsClient client;
  private final Tags tags;

  public ClogsMetrics(ClogsClient client) {
    this(client, Tags.empty());
  }

  /** {@code tags} are on every meter: they tell clients apart. */
  public ClogsMetrics(ClogsClient client, Iterable<Tag> tags) {
    this.client = Objects.requireNonNull(client, "client");
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "clogs.records.submitted", "Given to the client", Stats::submitted);
    counter(registry, "clogs.records.accepted", "Taken into the queue", Stats::accepted);
    counter(registry, "clogs.records.adopted", "Found in the spools of dead processes",
        Stats::adopted);
    counter(registry, "clogs.records.sent", "Acknowledged by the server", Stats::sent);
    counter(registry, "clogs.records.rejected", "Refused by the server", Stats::rejected);
    counter(registry, "clogs.records.redacted", "Values censored", Stats::redacted);
    counter(registry, "clogs.batches.retried", "Batches sent again", Stats::retried);
    bindDropped(registry);
    gauge(registry, "clogs.queue.records", "Waiting in the queue", RECORDS, Stats::queueRecords);
    gauge(registry, "clogs.queue.bytes", "Bytes in the queue", BaseUnits.BYTES, Stats::queueBytes);
    gauge(registry, "clogs.inflight.records", "Sent, not acknowledged yet", RECORDS,
        Stats::inFlightRecords);
    gauge(registry, "clogs.spool.records", "On disk, not acknowledged", RECORDS,
        Stats::spoolRecords);
    gauge(registry, "clogs.spool.bytes", "Bytes of the spool", BaseUnits.BYTES, Stats::spoolBytes);
    gauge(registry, "clogs.last.success", "Unix time of the last acknowledgement; 0: none",
        "seconds", stats -> stats.lastSuccessUnixNanos() / NANOS);
  }

  private void bindDropped(MeterRegistry registry) {
    for (String reason : Stats.none().droppedByReason().keySet()) {
      FunctionCounter.builder("clogs.records.dropped", client,
              of -> of.stats().droppedByReason().get(reason))
          .description("Lost, by reason").tags(tags.and("reason", reason)).register(registry);
    }
  }

  private void counter(MeterRegistry registry, String name, String what,
      ToDoubleFunction<Stats> value) {
    FunctionCounter.builder(name, client, of -> value.applyAsDouble(of.stats()))
        .description(what).tags(tags).register(registry);
  }

  private void gauge(MeterRegistry registry, String name, String what, String unit,
      ToDoubleFunction<Stats> value) {
    Gauge.builder(name, client, of -> value.applyAsDouble(of.stats()))
        .description(what).baseUnit(unit).tags(tags).register(registry);
  }
}
