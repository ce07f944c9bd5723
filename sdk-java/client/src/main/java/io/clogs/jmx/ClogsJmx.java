package io.clogs.jmx;

import io.clogs.ClogsClient;
import io.clogs.Stats;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/**
 * Shows the counts of a client in JMX, as {@code io.clogs:type=Client,name=...}, until it is
 * closed. The bean does not keep the client alive.
 */
public final class ClogsJmx implements AutoCloseable {
  private final MBeanServer server;
  private final ObjectName name;

  private ClogsJmx(MBeanServer server, ObjectName name) {
    this.server = server;
    this.name = name;
  }

  /** In the platform's server, named by the client's service. */
  public static ClogsJmx register(ClogsClient client) {
    final String service = client.option("service");
    return register(client, service.isEmpty() ? "default" : service);
  }

  /** IllegalStateException: another bean has the name. */
  public static ClogsJmx register(ClogsClient client, String name) {
    final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      final ObjectName full =
          new ObjectName("io.clogs:type=Client,name=" + ObjectName.quote(name));
      server.registerMBean(
          new StandardMBean(new Bean(client), ClogsStatsMXBean.class, true), full);
      return new ClogsJmx(server, full);
    } catch (InstanceAlreadyExistsException taken) {
      throw new IllegalStateException("JMX has a bean of this name already: " + name, taken);
    } catch (JMException failed) {
      throw new IllegalStateException("the bean " + name + " could not be registered", failed);
    }
  }

  public ObjectName name() {
    return name;
  }

  @Override
  public void close() {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException gone) {
      return;  // closed before
    } catch (JMException failed) {
      throw new IllegalStateException("the bean " + name + " could not be removed", failed);
    }
  }

  private static final class Bean implements ClogsStatsMXBean {
    private static final Stats NONE = Stats.none();

    private final WeakReference<ClogsClient> client;
    private final String endpoint;
    private final String service;

    Bean(ClogsClient client) {
      this.client = new WeakReference<>(client);
      endpoint = client.option("endpoint");
      service = client.option("service");
    }

    private Stats stats() {
      final ClogsClient there = client.get();
      return there == null ? NONE : there.stats();
    }

    @Override
    public long getSubmitted() {
      return stats().submitted();
    }

    @Override
    public long getAccepted() {
      return stats().accepted();
    }

    @Override
    public long getAdopted() {
      return stats().adopted();
    }

    @Override
    public long getSent() {
      return stats().sent();
    }

    @Override
    public long getRejected() {
      return stats().rejected();
    }

    @Override
    public long getRetried() {
      return stats().retried();
    }

    @Override
    public long getDropped() {
      return stats().dropped();
    }

    @Override
    public Map<String, Long> getDroppedByReason() {
      return stats().droppedByReason();
    }

    @Override
    public long getRedacted() {
      return stats().redacted();
    }

    @Override
    public long getQueueRecords() {
      return stats().queueRecords();
    }

    @Override
    public long getQueueBytes() {
      return stats().queueBytes();
    }

    @Override
    public long getSpoolRecords() {
      return stats().spoolRecords();
    }

    @Override
    public long getSpoolBytes() {
      return stats().spoolBytes();
    }

    @Override
    public long getInFlightRecords() {
      return stats().inFlightRecords();
    }

    @Override
    public String getLastSuccess() {
      final long nanos = stats().lastSuccessUnixNanos();
      return nanos == 0 ? "" : Instant.ofEpochSecond(0, nanos).toString();
    }

    @Override
    public String getLastError() {
      return stats().lastError();
    }

    @Override
    public String getEndpoint() {
      return endpoint;
    }

    @Override
    public String getService() {
      return service;
    }

    @Override
    public boolean flush(long timeoutMillis) {
      final ClogsClient there = client.get();
      return there != null && there.flush(Duration.ofMillis(timeoutMillis));
    }
  }
}
