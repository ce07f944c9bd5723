/** The client's counts for Micrometer, which is an optional dependency. */
package io.clogs.micrometer;
