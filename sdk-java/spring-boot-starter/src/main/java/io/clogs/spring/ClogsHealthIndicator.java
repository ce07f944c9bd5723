package io.clogs.spring;

import io.clogs.ClogsClient;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The health component {@code clogs} of Spring Boot 3. */
public final class ClogsHealthIndicator extends AbstractHealthIndicator {
  private final ClogsClient client;

  public ClogsHealthIndicator(ClogsClient client) {
    super(ClientHealth.UNREADABLE);
    this.client = client;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    final ClientHealth health = new ClientHealth(client);
    (health.up() ? builder.up() : builder.unknown()).withDetails(health.details());
  }
}
