/** Clogs in a Spring Boot application, configured by properties of the prefix {@code clogs}. */
package io.clogs.spring;
