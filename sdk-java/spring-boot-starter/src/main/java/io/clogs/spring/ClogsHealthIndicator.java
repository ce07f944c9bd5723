package io.clogs.spring;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import io.clogs.Stats;
import java.time.Instant;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/**
 * UP, or UNKNOWN while records wait for a server that does not take them. Never DOWN: an
 * application whose logs are late still serves, and must not be taken out of service for it.
 */
public final class ClogsHealthIndicator extends AbstractHealthIndicator {
  private final ClogsClient client;

  public ClogsHealthIndicator(ClogsClient client) {
    super("the counts of the Clogs client could not be read");
    this.client = client;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    if (Clogs.loadError().isPresent()) {
      builder.unknown().withDetail("error", client.warnings().get(0));
      return;
    }
    final Stats stats = client.stats();
    final long waiting =
        stats.queueRecords() + stats.inFlightRecords() + stats.spoolRecords();
    final boolean late = waiting > 0 && !stats.lastError().isEmpty();
    (late ? builder.unknown() : builder.up())
        .withDetail("endpoint", client.option("endpoint"))
        .withDetail("sent", stats.sent())
        .withDetail("waiting", waiting)
        .withDetail("dropped", stats.dropped());
    if (stats.lastSuccessUnixNanos() != 0) {
      builder.withDetail("lastSuccess",
          Instant.ofEpochSecond(0, stats.lastSuccessUnixNanos()).toString());
    }
    if (!stats.lastError().isEmpty()) builder.withDetail("lastError", stats.lastError());
  }
}
