package io.clogs.spring;

import io.clogs.ClogsClient;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** The health component {@code clogs} of Spring Boot 4. */
public final class ClogsHealthContributor extends AbstractHealthIndicator {
  private final ClogsClient client;

  public ClogsHealthContributor(ClogsClient client) {
    super(ClientHealth.UNREADABLE);
    this.client = client;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    final ClientHealth health = new ClientHealth(client);
    (health.up() ? builder.up() : builder.unknown()).withDetails(health.details());
  }
}
