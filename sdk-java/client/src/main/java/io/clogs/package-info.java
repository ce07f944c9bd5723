/** The client: {@link io.clogs.ClogsClient} and what it needs. */
package io.clogs;
