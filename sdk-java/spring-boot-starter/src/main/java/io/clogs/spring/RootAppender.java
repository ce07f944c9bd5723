package io.clogs.spring;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.clogs.ClogsClient;
import io.clogs.logback.ClogsAppender;
import io.clogs.logback.MdcFilter;
import java.util.Iterator;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactoryInitializer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * An appender at the root logger for as long as the context lives. It comes before the
 * application's own beans are made, so that what they log is sent. Where logback's configuration
 * has a Clogs appender of its own there is none: records would be sent twice.
 */
public final class RootAppender implements BeanFactoryInitializer<ListableBeanFactory>,
    DisposableBean {
  static final String NAME = "CLOGS_SPRING";

  private final ClogsClient client;
  private final ClogsProperties.Logback settings;
  private ClogsAppender appender;

  RootAppender(ClogsClient client, ClogsProperties.Logback settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public void initialize(ListableBeanFactory beans) {
    final ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext)) return;
    final LoggerContext context = (LoggerContext) factory;
    final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    if (hasOne(context)) return;
    appender = made(context);
    appender.start();
    root.addAppender(appender);
  }

  private static boolean hasOne(LoggerContext context) {
    for (Logger logger : context.getLoggerList()) {
      final Iterator<Appender<ILoggingEvent>> all = logger.iteratorForAppenders();
      while (all.hasNext()) {
        final Appender<ILoggingEvent> one = all.next();
        if (one instanceof ClogsAppender && !NAME.equals(one.getName())) return true;
      }
    }
    return false;
  }

  private ClogsAppender made(LoggerContext context) {
    final ClogsAppender made = new ClogsAppender();
    made.setName(NAME);
    made.setContext(context);
    made.setClient(client);
    made.setIncludeCallerData(settings.isIncludeCallerData());
    made.setIncludeTemplate(settings.isIncludeTemplate());
    final MdcFilter mdc = new MdcFilter();
    settings.getMdcIncludes().forEach(mdc::addInclude);
    settings.getMdcExcludes().forEach(mdc::addExclude);
    made.setMdc(mdc);
    final ThresholdFilter filter = new ThresholdFilter();
    filter.setContext(context);
    filter.setLevel(Level.toLevel(settings.getLevel(), Level.TRACE).toString());
    filter.start();
    made.addFilter(filter);
    return made;
  }

  @Override
  public void destroy() {
    if (appender == null) return;
    final LoggerContext context = (LoggerContext) appender.getContext();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    appender.stop();
  }
}
