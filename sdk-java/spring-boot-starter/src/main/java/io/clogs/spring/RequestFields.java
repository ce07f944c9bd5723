package io.clogs.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/** A bean that gives further fields of a request's record, at the request's end. */
@FunctionalInterface
public interface RequestFields {
  Map<String, ?> of(HttpServletRequest request, HttpServletResponse response);
}
