package io.clogs.spring;

import io.clogs.ClogsClient;

/** A bean that sees the client's builder after the properties and before the client is made. */
@FunctionalInterface
public interface ClogsClientCustomizer {
  void customize(ClogsClient.Builder builder);
}
