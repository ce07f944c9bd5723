package io.clogs.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.ClogsClient;
import io.clogs.TestServer;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClogsJmxTest {
  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  private final TestServer server = new TestServer();
  private final ClogsClient client = server.client(Map.of("service", "shop"));

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void theCountsAreAttributesWhileItIsRegistered() throws Exception {
    final ClogsJmx jmx = ClogsJmx.register(client);
    assertEquals("io.clogs:type=Client,name=\"shop\"", jmx.name().toString());
    client.info("seen").log();
    assertEquals(true, beans.invoke(jmx.name(), "flush", new Object[] {10_000L},
        new String[] {"long"}));
    assertEquals(1L, beans.getAttribute(jmx.name(), "Sent"));
    assertEquals("shop", beans.getAttribute(jmx.name(), "Service"));
    assertTrue(beans.getAttribute(jmx.name(), "LastSuccess").toString().endsWith("Z"));
    assertEquals(9, ((TabularData) beans.getAttribute(jmx.name(), "DroppedByReason")).size());
    jmx.close();
    jmx.close();
    assertFalse(beans.isRegistered(jmx.name()));
  }

  @Test
  void aNameIsTakenOnce() {
    try (ClogsJmx jmx = ClogsJmx.register(client, "a,b=\"c\"")) {
      final IllegalStateException taken = assertThrows(IllegalStateException.class,
          () -> ClogsJmx.register(client, "a,b=\"c\""));
      assertTrue(taken.getMessage().contains("a,b=\"c\""), taken.getMessage());
      assertTrue(beans.isRegistered(jmx.name()));
    }
  }
}
