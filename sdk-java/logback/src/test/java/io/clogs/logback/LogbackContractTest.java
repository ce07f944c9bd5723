package io.clogs.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.appender.AbstractAppenderTest;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.testUtil.StatusChecker;
import io.clogs.testing.ClogsExtension;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What logback demands of every appender, by logback's own tests. */
class LogbackContractTest extends AbstractAppenderTest<ILoggingEvent> {
  @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();

  private final LoggerContext context = new LoggerContext();

  @Override
  protected Appender<ILoggingEvent> getAppender() {
    return new ClogsAppender();
  }

  @Override
  protected Appender<ILoggingEvent> getConfiguredAppender() {
    final ClogsAppender appender = new ClogsAppender();
    appender.setContext(context);
    return appender;
  }

  @Test
  void aServerThatIsAwayIsNoErrorOfTheConfiguration() {
    final ClogsAppender appender = new ClogsAppender();
    appender.setContext(context);
    appender.setEndpoint("127.0.0.1:1");
    appender.setShutdownTimeoutMs(50);
    appender.start();
    context.setMDCAdapter(new LogbackMDCAdapter());  // as the provider of SLF4J does
    context.getLogger("shop").addAppender(appender);
    context.getLogger("shop").warn("nobody hears");
    appender.stop();
    final List<Status> statuses = context.getStatusManager().getCopyOfStatusList();
    Assertions.assertTrue(statuses.stream().allMatch(one -> one.getLevel() < Status.ERROR),
        statuses::toString);
  }

  @Test
  void anOptionThatIsWrongIsAWarningAndTheAppenderRunsOn() {
    final ClogsAppender appender = new ClogsAppender();
    appender.setContext(context);
    final OptionGroup.One wrong = new OptionGroup.One();
    wrong.setName("queue_max_records");
    wrong.setValue("many");
    appender.addOption(wrong);
    appender.setEndpoint("127.0.0.1:1");
    appender.setShutdownTimeoutMs(50);
    appender.start();
    Assertions.assertTrue(appender.isStarted());
    new StatusChecker(context).assertContainsMatch(Status.WARN, ".*queue_max_records.*");
    appender.stop();
  }
}
