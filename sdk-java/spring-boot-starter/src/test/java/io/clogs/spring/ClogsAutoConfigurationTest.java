package io.clogs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.clogs.ClogsClient;
import io.clogs.logback.ClogsAppender;
import io.clogs.testing.ClogsExtension;
import io.clogs.testing.LogRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ClogsAutoConfigurationTest {
  // Not static: a context closes its client.
  @RegisterExtension final ClogsExtension clogs = ClogsExtension.inMemory();

  private final ApplicationContextRunner runner = new ApplicationContextRunner()
      .withConfiguration(AutoConfigurations.of(ClogsAutoConfiguration.class,
          ClogsWebAutoConfiguration.class, ClogsHealthAutoConfiguration.class));
  private final Supplier<ClogsClient> inMemory = () -> clogs.client();

  private ApplicationContextRunner logging() {
    return runner.withBean(ClogsClient.class, inMemory);
  }

  private static Logger root() {
    return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("ROOT");
  }

  private LogRecord only() {
    final List<LogRecord> records = clogs.records();
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  @Test
  void theClientHasThePropertiesInTheFormsThatSpringKnows() {
    runner.withPropertyValues("clogs.endpoint=127.0.0.1:1", "clogs.service=shop",
        "clogs.on-full=drop-oldest", "clogs.flush-interval=2s", "clogs.queue-max-bytes=8MB",
        "clogs.request-timeout=1500", "clogs.level=WARN", "clogs.redact-keys=pin,puk",
        "clogs.resource.region=eu", "clogs.resource[team.name]=cart",
        "clogs.shutdown-timeout=0", "clogs.batch-max-records=7").run(context -> {
          final ClogsClient client = context.getBean(ClogsClient.class);
          assertThat(client.warnings()).isEmpty();
          assertThat(client.option("service")).isEqualTo("shop");
          assertThat(client.option("on_full")).isEqualTo("drop_oldest");
          assertThat(client.option("flush_interval")).isEqualTo("2000");
          assertThat(client.option("queue_max_bytes")).isEqualTo("8388608");
          assertThat(client.option("request_timeout")).isEqualTo("1500");
          assertThat(client.option("level")).isEqualTo("warn");
          assertThat(client.option("redact_keys")).isEqualTo("pin,puk");
          assertThat(client.option("resource")).isEqualTo("region=eu,team.name=cart");
          assertThat(client.option("batch_max_records")).isEqualTo("7");
        });
  }

  @Test
  void aWrongValueIsAWarningAndTheApplicationStarts() {
    runner.withPropertyValues("clogs.flush-interval=soon", "clogs.queue-max-bytes=plenty",
        "clogs.on-full=maybe", "clogs.shutdown-timeout=0").run(context -> {
          assertThat(context).hasNotFailed();
          assertThat(context.getBean(ClogsClient.class).warnings()).hasSize(3)
              .anyMatch(one -> one.contains("flush_interval") && one.contains("soon"))
              .anyMatch(one -> one.contains("queue_max_bytes") && one.contains("plenty"))
              .anyMatch(one -> one.contains("on_full") && one.contains("maybe"));
        });
  }

  @Test
  void pairsMayComeInOneTextAsAVariableHasThem() {
    runner.withPropertyValues("clogs.headers=x-tenant=acme, x-b=c=d", "clogs.resource=region=eu")
        .run(context -> {
          final ClogsProperties properties = context.getBean(ClogsProperties.class);
          assertThat(properties.options()).containsEntry("headers", "x-tenant=acme,x-b=c=d");
          assertThat(properties.options()).containsEntry("resource", "region=eu");
        });
  }

  @Test
  void theApplicationsNameIsTheServiceWhereNothingElseIs() {
    runner.withPropertyValues("spring.application.name=cart", "clogs.enabled=false")
        .run(context -> assertThat(context.getBean(ClogsClient.class).option("service"))
            .isEqualTo("cart"));
    runner.withPropertyValues("spring.application.name=cart", "clogs.service=shop",
        "clogs.enabled=false").run(context -> assertThat(
            context.getBean(ClogsClient.class).option("service")).isEqualTo("shop"));
    runner.withPropertyValues("spring.application.name=cart", "OTEL_SERVICE_NAME=traced",
        "clogs.enabled=false").run(context -> assertThat(
            context.getBean(ClogsClient.class).option("service")).isNotEqualTo("cart"));
  }

  @Test
  void aCustomizerHasTheLastWord() {
    runner.withPropertyValues("clogs.service=shop", "clogs.enabled=false")
        .withBean(ClogsClientCustomizer.class, () -> builder -> builder.service("changed"))
        .run(context -> assertThat(context.getBean(ClogsClient.class).option("service"))
            .isEqualTo("changed"));
  }

  @Test
  void whatTheApplicationLogsIsSentAndOnlyWhileTheContextLives() {
    logging().run(context -> {
      MDC.put("tenant", "acme");
      LoggerFactory.getLogger("shop.Cart").atInfo().addKeyValue("sku", "A-1")
          .log("added {}", "A-1");
      MDC.clear();
      assertThat(root().getAppender(RootAppender.NAME)).isInstanceOf(ClogsAppender.class);
    });
    assertThat(root().getAppender(RootAppender.NAME)).isNull();
    LoggerFactory.getLogger("shop.Cart").info("nobody hears");
    final LogRecord record = only();
    assertThat(record.message()).isEqualTo("added A-1");
    assertThat(record.get("tenant")).isEqualTo("acme");
    assertThat(record.get("sku")).isEqualTo("A-1");
  }

  /** Logs while it is made. */
  static final class Early {
    Early() {
      LoggerFactory.getLogger("shop.Early").info("I am being made");
    }
  }

  @Test
  void theAppenderIsThereBeforeTheApplicationsBeans() {
    runner.withBean("aaa", Early.class).withBean(ClogsClient.class, inMemory).run(context ->
        assertThat(only().message()).isEqualTo("I am being made"));
  }

  @Test
  void theLevelAndTheMdcOfTheAppenderAreProperties() {
    logging().withPropertyValues("clogs.logback.level=WARN",
        "clogs.logback.mdc-excludes=secret_plan",
        "clogs.logback.include-template=false").run(context -> {
          MDC.put("secret_plan", "x");
          MDC.put("tenant", "acme");
          LoggerFactory.getLogger("shop").info("quiet");
          LoggerFactory.getLogger("shop").warn("loud {}", 1);
          MDC.clear();
        });
    final LogRecord record = only();
    assertThat(record.message()).isEqualTo("loud 1");
    assertThat(record.fields()).containsEntry("tenant", "acme").doesNotContainKey("secret_plan")
        .doesNotContainKey("message.template");
  }

  @Test
  void anAppenderOfLogbacksConfigurationIsEnough() {
    final ClogsAppender configured = new ClogsAppender();
    configured.setContext(root().getLoggerContext());
    configured.setName("FROM_XML");
    configured.setClient(clogs.client());
    configured.start();
    root().addAppender(configured);
    try {
      logging().run(context -> {
        assertThat(root().getAppender(RootAppender.NAME)).isNull();
        LoggerFactory.getLogger("shop").info("once");
        assertThat(only().message()).isEqualTo("once");
      });
    } finally {
      root().detachAppender(configured);
      configured.stop();
    }
  }

  @Test
  void theAppenderMayBeSwitchedOff() {
    logging().withPropertyValues("clogs.logback.enabled=false").run(context ->
        assertThat(context).doesNotHaveBean(RootAppender.class));
  }

  @Test
  void withoutActuatorThereIsNoHealthAndWithoutMicrometerNoMetrics() {
    logging().withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
        "io.micrometer")).run(context -> {
          assertThat(context).hasNotFailed().doesNotHaveBean("clogsHealthIndicator");
          assertThat(context).doesNotHaveBean("clogsMetrics");
        });
  }

  @Test
  void healthIsUpAndUnknownWhileRecordsWaitForAServerThatIsAway() {
    logging().run(context -> {
      final ClogsHealthIndicator health = context.getBean(ClogsHealthIndicator.class);
      clogs.client().info("stored").log();
      assertThat(clogs.records()).hasSize(1);
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      assertThat(health.health().getDetails()).containsEntry("sent", 1L)
          .containsKeys("endpoint", "lastSuccess");
      clogs.server().fail(1_000_000, 14);
      clogs.client().info("waits").log();
      while (clogs.client().stats().lastError().isEmpty()) Thread.onSpinWait();
      assertThat(health.health().getStatus()).isEqualTo(Status.UNKNOWN);
      assertThat(health.health().getDetails()).containsEntry("waiting", 1L)
          .containsKey("lastError");
      clogs.server().fail(0, 14);
    });
    runner.withBean(ClogsClient.class, inMemory)
        .withPropertyValues("management.health.clogs.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(ClogsHealthIndicator.class));
  }

  @Test
  void theCountsAreMetersOfTheApplicationsRegistry() {
    logging().withBean(SimpleMeterRegistry.class)
        .withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class)).run(context -> {
              clogs.client().info("counted").log();
              assertThat(clogs.records()).isNotEmpty();
              final MeterRegistry registry = context.getBean(MeterRegistry.class);
              assertThat(registry.get("clogs.records.sent").functionCounter().count())
                  .isGreaterThanOrEqualTo(1);
            });
  }

  @Test
  void theCountsAreInJmxWhenAskedFor() throws Exception {
    final ObjectName name = new ObjectName("io.clogs:type=Client,name=\"default\"");
    logging().withPropertyValues("clogs.jmx.enabled=true").run(context ->
        assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isTrue());
    assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isFalse();
    logging().run(context ->
        assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isFalse());
  }
}
