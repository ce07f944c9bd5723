package io.clogs.spring;

import ch.qos.logback.classic.LoggerContext;
import io.clogs.ClogsClient;
import io.clogs.jmx.ClogsJmx;
import io.clogs.logback.ClogsAppender;
import io.clogs.micrometer.ClogsMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The client of an application, which is closed with its context, and what goes with it. */
@AutoConfiguration
@EnableConfigurationProperties(ClogsProperties.class)
public class ClogsAutoConfiguration {
  /** The application's name is the service where nothing else says what it is. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  ClogsClient clogsClient(ClogsProperties properties, Environment environment,
      ObjectProvider<ClogsClient.BeforeSend> beforeSend,
      ObjectProvider<ClogsClientCustomizer> customizers) {
    final ClogsClient.Builder builder = ClogsClient.builder();
    final String name = environment.getProperty("spring.application.name", "");
    final boolean named = environment.containsProperty("CLOGS_SERVICE")
        || environment.containsProperty("OTEL_SERVICE_NAME");
    if (!name.isEmpty() && !named) builder.service(name);
    properties.options().forEach(builder::set);
    beforeSend.ifAvailable(builder::beforeSend);
    customizers.orderedStream().forEach(one -> one.customize(builder));
    return builder.build();
  }

  /** Where the application logs by logback. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({LoggerContext.class, ClogsAppender.class})
  @ConditionalOnProperty(prefix = "clogs.logback", name = "enabled", matchIfMissing = true)
  static class LogbackConfiguration {
    @Bean
    @ConditionalOnMissingBean
    RootAppender clogsRootAppender(ClogsClient client, ClogsProperties properties) {
      return new RootAppender(client, properties.getLogback());
    }
  }

  /** Spring Boot binds it to the application's registries. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  static class MetricsConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ClogsMetrics clogsMetrics(ClogsClient client) {
      return new ClogsMetrics(client);
    }
  }

  /** On demand, as Spring Boot's own beans are. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(prefix = "clogs.jmx", name = "enabled")
  static class JmxConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    ClogsJmx clogsJmx(ClogsClient client) {
      return ClogsJmx.register(client);
    }
  }
}
