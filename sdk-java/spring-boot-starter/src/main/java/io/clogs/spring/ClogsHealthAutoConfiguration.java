package io.clogs.spring;

import io.clogs.ClogsClient;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The health indicator, where the application has Spring Boot's actuator. */
@AutoConfiguration(after = ClogsAutoConfiguration.class)
@ConditionalOnClass(name = {"org.springframework.boot.actuate.health.HealthIndicator",
    "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"})
@ConditionalOnBean(ClogsClient.class)
public class ClogsHealthAutoConfiguration {
  @Bean
  @ConditionalOnEnabledHealthIndicator("clogs")
  @ConditionalOnMissingBean
  ClogsHealthIndicator clogsHealthIndicator(ClogsClient client) {
    return new ClogsHealthIndicator(client);
  }
}
