package io.clogs.spring;

import io.clogs.ClogsClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The record of each request, in an application with a servlet container. */
@AutoConfiguration(after = ClogsAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Filter.class, OncePerRequestFilter.class})
@ConditionalOnBean(ClogsClient.class)
@ConditionalOnProperty(prefix = "clogs.request", name = "enabled", matchIfMissing = true)
public class ClogsWebAutoConfiguration {
  /** Behind the filter of Micrometer's observations, whose trace the record then has. */
  static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

  @Bean
  @ConditionalOnMissingBean
  ClogsRequestFilter clogsRequestFilter(ClogsClient client, ClogsProperties properties,
      ObjectProvider<RequestFields> fields) {
    return new ClogsRequestFilter(client, properties.getRequest(),
        fields.orderedStream().toList());
  }

  @Bean
  @ConditionalOnMissingBean(name = "clogsRequestFilterRegistration")
  FilterRegistrationBean<ClogsRequestFilter> clogsRequestFilterRegistration(
      ClogsRequestFilter filter) {
    final FilterRegistrationBean<ClogsRequestFilter> registration =
        new FilterRegistrationBean<>(filter);
    registration.setOrder(ORDER);
    registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
    registration.setAsyncSupported(true);
    return registration;
  }

  /** Only Spring MVC knows the route, and only when it has found the handler. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WebMvcConfigurer.class)
  static class RouteConfiguration {
    @Bean
    WebMvcConfigurer clogsRoutes() {
      return new WebMvcConfigurer() {
        @Override
        public void addInterceptors(InterceptorRegistry registry) {
          registry.addInterceptor(new RouteInterceptor()).order(Ordered.HIGHEST_PRECEDENCE);
        }
      };
    }
  }
}
