/** The client's counts as an MXBean. */
package io.clogs.jmx;
