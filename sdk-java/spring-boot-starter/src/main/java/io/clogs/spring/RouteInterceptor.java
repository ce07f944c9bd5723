package io.clogs.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.MDC;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Puts the route into the MDC while the request's filter has it bound, which takes it out again.
 */
final class RouteInterceptor implements HandlerInterceptor {
  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response,
      Object handler) {
    final String route = RequestRecord.routeOf(request);
    if (route != null && RequestRecord.isBound(request)) MDC.put(RequestRecord.ROUTE, route);
    return true;
  }
}
