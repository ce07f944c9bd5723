package io.clogs.spring;

import io.clogs.ClogsClient;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health component, where the application has Spring Boot's actuator. */
@AutoConfiguration(after = ClogsAutoConfiguration.class)
@ConditionalOnBean(ClogsClient.class)
public class ClogsHealthAutoConfiguration {
  /** Of Spring Boot 3. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = {"org.springframework.boot.actuate.health.HealthIndicator",
      "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"})
  static class Boot3 {
    @Bean
    @ConditionalOnEnabledHealthIndicator("clogs")
    @ConditionalOnMissingBean
    ClogsHealthIndicator clogsHealthIndicator(ClogsClient client) {
      return new ClogsHealthIndicator(client);
    }
  }

  /** Of Spring Boot 4, where these classes have other names. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = {"org.springframework.boot.health.contributor.HealthIndicator",
      "org.springframework.boot.actuate.endpoint.annotation.Endpoint"})
  static class Boot4 {
    @Bean
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
        "clogs")
    @ConditionalOnMissingBean
    ClogsHealthContributor clogsHealthContributor(ClogsClient client) {
      return new ClogsHealthContributor(client);
    }
  }
}
