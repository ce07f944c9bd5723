package io.clogs.spring;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import io.clogs.Stats;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * UP, or UNKNOWN while records wait for a server that does not take them. Never DOWN: an
 * application whose logs are late still serves, and must not be taken out of service for it.
 */
final class ClientHealth {
  static final String UNREADABLE = "the counts of the Clogs client could not be read";

  private final boolean up;
  private final Map<String, Object> details = new LinkedHashMap<>();

  ClientHealth(ClogsClient client) {
    if (Clogs.loadError().isPresent()) {
      up = false;
      details.put("error", client.warnings().get(0));
      return;
    }
    final Stats stats = client.stats();
    final long waiting = stats.queueRecords() + stats.inFlightRecords() + stats.spoolRecords();
    up = waiting == 0 || stats.lastError().isEmpty();
    details.put("endpoint", client.option("endpoint"));
    details.put("sent", stats.sent());
    details.put("waiting", waiting);
    details.put("dropped", stats.dropped());
    final long success = stats.lastSuccessUnixNanos();
    if (success != 0) details.put("lastSuccess", Instant.ofEpochSecond(0, success).toString());
    if (!stats.lastError().isEmpty()) details.put("lastError", stats.lastError());
  }

  /** Else unknown. */
  boolean up() {
    return up;
  }

  Map<String, Object> details() {
    return details;
  }
}
